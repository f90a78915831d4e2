import { guidOf, type Random } from '../random';
import type {
  Announcement,
  Design,
  ExpectedOutput,
  Job,
  Preset,
  Product,
  Shot,
  Studio,
  StyleGuideFile,
  SupportAsset,
  Task,
} from './model';
import type { DayOptions } from './options';
import { isVisibleInTask, UNKNOWN_SPECIFICATION, type Defect } from './defects';
import { sizeNameOf, type RequestedCreatives } from './write-design';

const DAY_MS = 86_400_000;
/** Every position that a style guide has, with its `positionId`. */
export const positionIds: Readonly<Record<string, number>> = {
  Front: 11,
  Back: 12,
  Detail: 13,
  Clip: 14,
  Carousel: 15,
};

/** What is decided about a task before its job and design exist. */
export interface Plan {
  readonly wanted: RequestedCreatives;
  readonly announcement: Announcement;
  readonly readyAfterMs: number;
  /**
   * Index among the day's editorial tasks; `undefined` for ecom. It selects the shape variant, so that all of them
   * occur.
   */
  readonly editorialTurn: number | undefined;
}

/** Creates one task; `unrelatedProduct` is a product in its design that belongs to no task. */
export function writeTask(
  random: Random,
  studio: Studio,
  job: Job,
  design: Design,
  plan: Plan,
  unrelatedProduct: Product,
  options: DayOptions,
  now: number,
): Task {
  const { product, shots: wantedShots } = plan.wanted;
  const shots = wantedShots.map((wantedShot, index): Shot => {
    const { position, presets } = wantedShot;
    const shotId = random.guid();
    return {
      shotId,
      positionId: positionIds[position] ?? 10,
      position,
      isHero: index === 0,
      inputAssetId: random.guid(),
      inputFileId: random.guid(),
      inputFileName: `${product.code}_${position.toLowerCase()}.tif`,
      support: options.supportAssets ? supportAssets(product, position, shotId) : [],
      expected: presets.map((preset, index) => {
        const isRepeated = presets.indexOf(preset) < index;
        const place = { preset, variant: index + 1, isRepeated, size: sizeNameOf(wantedShot, index) };
        return expectedOutput(design, product, { shotId, position }, place, plan.wanted.defect);
      }),
    };
  });
  const hasInstruction = random.integer(0, 2) === 0;
  const [firstShot] = shots;
  const styleGuideId = random.guid();
  return {
    taskId: random.guid(),
    studio,
    contentCreationType: product.contentCreationType,
    job,
    product,
    // The first of the day's editorial tasks has two deliverables.
    furtherDeliverables: plan.editorialTurn === 0 ? [unrelatedProduct] : [],
    shots,
    announcement: plan.announcement,
    readyAfterMs: plan.readyAfterMs,
    defect: plan.wanted.defect?.kind,
    event: undefined,
    rejectionTurn: undefined,
    specification: plan.wanted.defect?.kind === 'unknown specification' ? UNKNOWN_SPECIFICATION : studio.specification,
    workUnitId: random.guid(),
    styleGuideId,
    styleGuideFiles: options.styleGuideFiles ? styleGuideFiles(styleGuideId, product) : [],
    productionTypeId: studio.name === 'acme' ? 3 : 6,
    shapeVariant: plan.editorialTurn === undefined ? random.integer(0, 3) : plan.editorialTurn % 4,
    annotations:
      hasInstruction && firstShot
        ? [
            {
              annotationId: random.guid(),
              kind: 'instruction',
              comment: `Keep the ${product.colourName.toLowerCase()} true to the sample.`,
              createdAt: now - DAY_MS,
              shotId: firstShot.shotId,
              specId: undefined,
              variant: undefined,
              assetId: undefined,
            },
          ]
        : [],
    choices: [],
    rounds: [],
    status: 'not ready',
    readyAt: undefined,
    startedAt: undefined,
    doneAt: undefined,
  };
}

/** Every third shot has an inclip picture, every third a resource (docs/reference/creative-force.md#task-detail). */
function supportAssets(product: Product, position: string, shotId: string): SupportAsset[] {
  const turn = parseInt(shotId.slice(0, 6), 16) % 3;
  if (turn === 2) return [];
  const kind = turn === 0 ? 'inclip' : 'resource';
  return [
    {
      assetId: guidOf(`${shotId}/${kind}/asset`),
      fileId: guidOf(`${shotId}/${kind}/file`),
      fileName: `${product.code}_${position.toLowerCase()}_${kind}.jpg`,
      kind,
    },
  ];
}

function styleGuideFiles(styleGuideId: string, product: Product): StyleGuideFile[] {
  const file = (kind: StyleGuideFile['kind'], fileName: string): StyleGuideFile => ({
    fileId: guidOf(`${styleGuideId}/${kind}`),
    fileName,
    kind,
  });
  return [
    file('brief', 'retouching-brief.pdf'),
    file('notes', 'notes.txt'),
    file('colour reference', `${product.code}_colour.png`),
  ];
}

function expectedOutput(
  design: Design,
  product: Product,
  shot: ExpectedOutput['shot'],
  {
    preset,
    variant,
    isRepeated,
    size,
  }: { preset: Preset | undefined; variant: number; isRepeated: boolean; size: string },
  defect: Defect | undefined,
): ExpectedOutput {
  const stem = `${product.code}_${shot.position.toLowerCase()}`;
  // An output with a defect has no right creative.
  const creative =
    defect?.position === shot.position && defect.size === size && !isVisibleInTask(defect.kind)
      ? undefined
      : design.creatives.find(
          (made) => made.product === product && made.position === shot.position && made.size === size,
        );
  const part = `${preset?.fileNamePart ?? ''}${isRepeated ? `_${variant}` : ''}`;
  return {
    shot,
    preset,
    variant: preset ? variant : undefined,
    size,
    name: preset ? `${stem}_${part}` : `${stem}.jpg`,
    fileName: preset ? `${stem}_${part}${preset.extension}` : `${stem}.jpg`,
    format: preset?.extension === '.png' ? 'png' : 'jpeg',
    creative,
    assetId: undefined,
    rejected: false,
  };
}
