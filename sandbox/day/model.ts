import type { SandboxCredentials } from '../options';
import type { StudioName } from '../studio-name';
import type { DrawingKind } from '../pictures/drawings';
import type { DefectKind } from './defects';
import type { RejectionForm } from '../creative-force/options';
import type { AssignedEvent } from './options';

/** One studio as the sandbox knows it: its Creative Force workspace, its Celtra account, its presets. */
export interface Studio {
  readonly name: StudioName;
  readonly title: string;
  readonly credentials: SandboxCredentials;
  readonly workspaceId: string;
  readonly accountId: string;
  readonly folderId: string;
  /** How `job.properties` is keyed: by the property's name or by its GUID. */
  readonly propertyKeys: 'name' | 'guid';
  readonly specification: { readonly id: string; readonly name: string };
  /** The two flavours share names and sizes of presets, not their ids: each has a specs call of its own. */
  readonly presets: Readonly<Record<ContentCreationType, readonly Preset[]>>;
}

/** Creative Force's two flavours of work (docs/reference/creative-force.md#enumerations). */
export type ContentCreationType = 'ecom' | 'editorial';

/** One output of a studio preset: Creative Force's "spec". */
export interface Preset {
  readonly specId: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly extension: '.jpg' | '.png' | '.mp4';
  readonly fileNamePart: string;
}

/** What a creative shows: an ecom product or, with its id and codes, an editorial deliverable. */
export interface Product {
  readonly productId: string;
  readonly contentCreationType: ContentCreationType;
  readonly code: string;
  readonly cfCode: string;
  readonly name: string;
  readonly kind: DrawingKind;
  readonly colourName: string;
  /** `#rrggbb` */
  readonly colour: string;
  readonly category: string;
  readonly price: string;
  readonly callToAction: string;
}

/** A group of tasks: an ecom job or, with its id, code and name, an editorial project. */
export interface Job {
  readonly jobId: string;
  readonly code: string;
  readonly name: string;
  /** Unix milliseconds. */
  deadline: number;
  readonly design: Design;
  /** Whether its properties name the Celtra project. */
  readonly namesDesign: boolean;
}

/** A Celtra design file, which its users call a project. */
export interface Design {
  readonly designId: string;
  readonly studio: Studio;
  readonly name: string;
  readonly creatives: Creative[];
  /** Expected creatives that do not exist yet; no response shows them. */
  readonly missing: Creative[];
  /** Saved versions, newest last. */
  readonly versions: DesignVersion[];
}

export interface DesignVersion {
  readonly contentBlobHash: string;
  /** Unix milliseconds. */
  readonly modifiedAt: number;
  /** How often each creative has been changed up to this version; absent is 0. */
  readonly revisions: ReadonlyMap<string, number>;
  /** New output ids of creatives from this version on. */
  readonly outputIds: ReadonlyMap<string, string>;
  /** Creatives that this version no longer has. */
  readonly removed: Set<string>;
}

/**
 * What Celtra makes of a creative (docs/reference/celtra.md#asset-kinds); `custom`: a format that an extension has
 * registered.
 */
export const creativeKinds = [
  'image',
  'video',
  'html',
  'meta image',
  'meta video',
  'meta carousel',
  'youtube video',
  'custom',
] as const;
export type CreativeKind = (typeof creativeKinds)[number];

/** A Celtra output. */
export interface Creative {
  /** Its id in the first version; a later version may show another one. */
  readonly outputId: string;
  readonly kind: CreativeKind;
  /** Without it the output has no `Language` dimension. */
  readonly language: string | undefined;
  readonly product: Product;
  readonly position: string;
  readonly size: string;
  readonly width: number;
  readonly height: number;
  /** Without it the output has no `Size` attribute. */
  readonly hasSize: boolean;
  /** Celtra cannot render it and says why. */
  readonly failsWith: string | undefined;
  /** Selects one of the documented shape variants (docs/reference/celtra.md#optional-fields). */
  readonly shapeVariant: number;
}

/** How a task is announced. */
export type Announcement = 'sent' | 'lost' | 'duplicate' | 'early';

export interface Task {
  readonly taskId: string;
  readonly studio: Studio;
  readonly contentCreationType: ContentCreationType;
  readonly job: Job;
  readonly product: Product;
  /** Further deliverables of an editorial task, for which nothing is expected. */
  readonly furtherDeliverables: readonly Product[];
  readonly shots: readonly Shot[];
  readonly announcement: Announcement;
  /** After the day's beginning. */
  readonly readyAfterMs: number;
  /** Why it cannot be delivered; `undefined` if it can. */
  defect: DefectKind | undefined;
  /** The event that the day has for it. */
  readonly event: AssignedEvent | undefined;
  /** Its number among the day's rejections, which take the forms of a rejection in turn; otherwise `undefined`. */
  readonly rejectionTurn: number | undefined;
  /** The vendor's specification code on every shot. */
  readonly specification: Studio['specification'];
  readonly workUnitId: string;
  readonly styleGuideId: string;
  readonly styleGuideFiles: readonly StyleGuideFile[];
  readonly productionTypeId: number;
  /** Selects which optional fields are absent, null or a zero GUID (docs/reference/creative-force.md#absent-values). */
  readonly shapeVariant: number;
  readonly annotations: Annotation[];
  /** What operators of the vendor have decided; of two about the same output the later one holds. */
  readonly choices: Choice[];
  /** One when the task becomes ready, then one more for each rejection and each reset. */
  readonly rounds: Round[];
  status: 'not ready' | 'to do' | 'in progress' | 'done' | 'deleted' | 'bypassed' | 'vendor changed';
  readyAt: number | undefined;
  startedAt: number | undefined;
  doneAt: number | undefined;
}

/** An operator of the vendor has decided what an expected output gets. */
export interface Choice {
  readonly expected: ExpectedOutput;
  /** The creative to deliver, by its first id; `undefined`: whatever the vendor delivers. */
  readonly outputId: string | undefined;
}

/** A file of a style guide; the colour reference also belongs to the task. */
export interface StyleGuideFile {
  readonly fileId: string;
  readonly fileName: string;
  readonly kind: 'brief' | 'notes' | 'colour reference';
}

/** Additional material of a shot, for which no output is expected. */
export interface SupportAsset {
  readonly assetId: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly kind: 'inclip' | 'resource';
}

export interface Round {
  /** A correction expects only the rejected outputs; the other kinds expect everything. */
  readonly kind: 'first' | 'correction' | 'reset';
  /** The rejected outputs; `undefined` for the other kinds. */
  readonly corrects: readonly ExpectedOutput[] | undefined;
  /** How Creative Force tells of a correction; `undefined` for the other kinds. */
  readonly told: RejectionForm | undefined;
  /** When the task became ready or was rejected. */
  readonly openedAt: number;
  effectiveStarts: number;
  /** Submit calls after the accepted one of this round. */
  repeatedSubmits: number;
  submittedAt: number | undefined;
  readonly submitted: Delivery[];
}

/** One delivered output. */
export interface Delivery {
  readonly expected: ExpectedOutput;
  readonly assetId: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The previous round rejected the same bytes. */
  readonly repeatsRejected: boolean;
}

export interface Shot {
  readonly shotId: string;
  readonly positionId: number;
  readonly position: string;
  readonly isHero: boolean;
  readonly inputAssetId: string;
  readonly inputFileId: string;
  readonly inputFileName: string;
  readonly support: readonly SupportAsset[];
  readonly expected: readonly ExpectedOutput[];
}

/** One expected file of a task. */
export interface ExpectedOutput {
  readonly shot: Pick<Shot, 'shotId' | 'position'>;
  /** `undefined`: the shot has no `outputSpecs`. */
  readonly preset: Preset | undefined;
  readonly variant: number | undefined;
  /** `variantName`, and what Celtra calls the creative's size; `Original` without a preset. */
  readonly size: string;
  /** The name in the task detail: with an extension only if there is no spec. */
  readonly name: string;
  /** The required file name. */
  readonly fileName: string;
  readonly format: 'jpeg' | 'png' | 'mp4';
  /** The asset of the creative that is right; `undefined`: any, as it has one. */
  readonly asset?: string | undefined;
  /** The right creative; `undefined` while it does not exist. */
  creative: Creative | undefined;
  assetId: string | undefined;
  rejected: boolean;
}

export interface Annotation {
  readonly annotationId: string;
  readonly kind: 'instruction' | 'rejection';
  readonly comment: string;
  readonly createdAt: number;
  readonly shotId: string;
  readonly specId: string | undefined;
  readonly variant: number | undefined;
  readonly assetId: string | undefined;
}

/** The expected outputs of the task's current round. */
export function dueOutputs(task: Task): ExpectedOutput[] {
  const all = task.shots.flatMap((shot) => shot.expected);
  return task.rounds.at(-1)?.kind === 'correction' ? all.filter((expected) => expected.rejected) : all;
}

/** Whether the task is deleted, bypassed or given to another vendor. */
export function isGone({ status }: Task): boolean {
  return status === 'deleted' || status === 'bypassed' || status === 'vendor changed';
}

/** The round that the task is in. */
export function presentRound(task: Task): Round {
  const round = task.rounds.at(-1);
  if (round === undefined) throw new Error(`Task ${task.taskId} has no round.`);
  return round;
}

/** A round that begins now; `corrects` and `told` only for a correction. */
export function newRound(
  openedAt: number,
  kind: Round['kind'],
  { corrects, told }: Partial<Pick<Round, 'corrects' | 'told'>> = {},
): Round {
  return {
    kind,
    corrects,
    told,
    openedAt,
    effectiveStarts: 0,
    repeatedSubmits: 0,
    submittedAt: undefined,
    submitted: [],
  };
}

/** How often a creative had been changed in the given version. */
export function revisionOf(version: DesignVersion, creative: Creative): number {
  return version.revisions.get(creative.outputId) ?? 0;
}

/** The name of an output. */
export function outputNameOf(creative: Creative): string {
  const { product, position, size, language } = creative;
  return [product.code, position, size, ...(language === undefined ? [] : [language])].join(' ');
}

/** The creatives that a version still has. */
export function creativesIn(design: Design, version: DesignVersion): Creative[] {
  return design.creatives.filter((creative) => !version.removed.has(creative.outputId));
}

/** The id under which a version shows a creative. */
export function outputIdOf(version: DesignVersion, creative: Creative): string {
  return version.outputIds.get(creative.outputId) ?? creative.outputId;
}

export function newestVersion(design: Design): DesignVersion {
  const version = design.versions.at(-1);
  if (version === undefined) throw new Error(`Design ${design.designId} has no version.`);
  return version;
}
