import { assetPlansOf } from '../celtra/asset-plans';
import { guidOf } from '../random';
import type { Creative, ExpectedOutput, Preset, Shot, Studio, Task } from './model';
import { positionIds } from './write-task';

const size = { width: 1080, height: 1080 };
const reel = { name: 'Reel 9:16', width: 1080, height: 1920, extension: '.mp4', fileNamePart: 'reel' } as const;
/** A card that is a picture, and one that is a film. */
const cards = [
  { name: 'Card 1', ...size, extension: '.jpg', fileNamePart: 'card1' },
  { name: 'Card 2', ...size, extension: '.mp4', fileNamePart: 'card2' },
] as const;

/** The presets of a studio's films and carousels. */
export function motionPresets(studio: Pick<Studio, 'workspaceId'>): Preset[] {
  return [reel, ...cards].map((preset) => ({ ...preset, specId: guidOf(`${studio.workspaceId}/${preset.name}`) }));
}

/**
 * Gives one task a shot that asks for a film, and another a shot whose two outputs are the cards of one carousel. Both
 * are ecom tasks of `acme` without a defect or an event. Nothing else of the day changes.
 */
export function addMotion(tasks: readonly Task[]): Task[] {
  const free = tasks.filter(
    ({ studio, contentCreationType, defect, event }) =>
      studio.name === 'acme' && contentCreationType === 'ecom' && defect === undefined && event === undefined,
  );
  const [first, second = first] = free;
  return tasks.map((task) => ({
    ...task,
    shots: [
      ...task.shots,
      ...(task === first ? [filmShot(task)] : []),
      ...(task === second ? [carouselShot(task)] : []),
    ],
  }));
}

function filmShot(task: Task): Shot {
  const [preset] = motionPresets(task.studio);
  const creative = addCreative(task, { kind: 'video', position: 'Clip', size: reel.name, width: 1080, height: 1920 });
  return shotOf(task, creative, preset === undefined ? [] : [{ preset, asset: 'video' }]);
}

function carouselShot(task: Task): Shot {
  const creative = addCreative(task, { kind: 'meta carousel', position: 'Carousel', size: 'Cards', ...size });
  const [, ...presets] = motionPresets(task.studio);
  const { rendered } = assetPlansOf(creative);
  return shotOf(
    task,
    creative,
    presets.map((preset, index) => ({ preset, asset: rendered[index]?.key })),
  );
}

function addCreative(
  { job, product }: Task,
  made: Pick<Creative, 'kind' | 'position' | 'size' | 'width' | 'height'>,
): Creative {
  const creative: Creative = {
    ...made,
    outputId: guidOf(`${job.design.designId}/${product.code}/${made.position}`, 5),
    language: undefined,
    product,
    hasSize: true,
    failsWith: undefined,
    shapeVariant: 0,
  };
  job.design.creatives.push(creative);
  return creative;
}

function shotOf(
  { taskId, product }: Task,
  creative: Creative,
  wanted: readonly { readonly preset: Preset; readonly asset: string | undefined }[],
): Shot {
  const { position } = creative;
  const id = (part: string): string => guidOf(`${taskId}/${position}/${part}`);
  const shot = { shotId: id('shot'), position };
  const stem = `${product.code}_${position.toLowerCase()}`;
  return {
    ...shot,
    positionId: positionIds[position] ?? 10,
    isHero: false,
    inputAssetId: id('asset'),
    inputFileId: id('file'),
    inputFileName: `${stem}.tif`,
    support: [],
    expected: wanted.map(({ preset, asset }, index): ExpectedOutput => ({
      shot,
      preset,
      variant: index + 1,
      size: preset.name,
      name: `${stem}_${preset.fileNamePart}`,
      fileName: `${stem}_${preset.fileNamePart}${preset.extension}`,
      format: preset.extension === '.mp4' ? 'mp4' : 'jpeg',
      creative,
      asset,
      assetId: undefined,
      rejected: false,
    })),
  };
}
