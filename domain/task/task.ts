import type { DrawnMarking } from '../delivery/marking';

/** Selects the gateway's calls: ContentCreationTypeId 1 or 2 (docs/reference/creative-force.md#flavours). */
export type ContentCreationType = 'ecom' | 'editorial';

/** Identifies a task: what a webhook or a listing row says. */
export interface TaskReference {
  /** The studio's name in `extpost.yaml`. */
  readonly studio: string;
  /** Creative Force's task id, a lower-case GUID. */
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** Whether nobody has told the flavour, so that a read may try both. */
  readonly isFlavourGuessed?: true | undefined;
}

/** Status of the External Post step (docs/reference/assumptions.md#status-numbers). */
export type StepStatus = 'to do' | 'in progress' | 'rejected' | 'done' | 'bypassed' | 'open';

export type PropertyValue = string | number | boolean | null;
export type Properties = Readonly<Record<string, PropertyValue>>;

/** The studio's choice per position or variant (docs/reference/creative-force.md#specification-and-spec). */
export interface Specification {
  readonly id: string;
  readonly name?: string | undefined;
}

export interface InputAsset {
  readonly assetId: string;
  readonly fileName?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly bytes?: number | undefined;
}

/** Nothing is expected for it. */
export interface SupportAsset {
  readonly assetId: string;
  readonly kind: 'inclip' | 'resource';
}

export interface ReferenceFile {
  readonly fileId: string;
  readonly fileName?: string | undefined;
}

/** One file that the task asks for (docs/reference/assumptions.md#expected-outputs). */
export interface ExpectedOutput {
  readonly shotId: string;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly variantName?: string | undefined;
  /** The requested file name; without extension when there is a spec. */
  readonly name?: string | undefined;
  readonly specification?: Specification | undefined;
  /** The asset returned so far, if any. */
  readonly assetId?: string | undefined;
  readonly isRejected?: boolean | undefined;
}

/** A selected shot: a position, its inputs and its expected outputs. */
export interface Shot {
  readonly shotId: string;
  readonly position?: string | undefined;
  readonly isHero?: boolean | undefined;
  readonly inputs: readonly InputAsset[];
  readonly support?: readonly SupportAsset[] | undefined;
  readonly expectedOutputs: readonly ExpectedOutput[];
}

export interface StyleGuide {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly properties?: Properties | undefined;
  /** Markdown. */
  readonly text?: string | undefined;
  readonly fileIds?: readonly string[] | undefined;
  /** Only positions that the style guide mentions. */
  readonly positions?: readonly StyleGuidePosition[] | undefined;
}

export interface StyleGuidePosition {
  readonly name: string;
  /** Markdown. */
  readonly text?: string | undefined;
  readonly fileIds: readonly string[];
}

export interface Task {
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  readonly workspace: { readonly id: string; readonly name?: string | undefined };
  readonly status: StepStatus;
  /** What a person is shown: the name Creative Force gives, else the number. */
  readonly statusText: string;
  /** A number; a name where Creative Force gives only that. */
  readonly productionTypeId?: number | string | undefined;
  readonly vendorId?: string | undefined;
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
  /** When the step was last finished, by Creative Force's clock; Unix milliseconds. */
  readonly finishedAt?: number | undefined;
  /** How far Creative Force's clock was behind ours when it said this, in milliseconds; absent below half a minute. */
  readonly clockBehind?: number | undefined;
  readonly job?: { readonly id?: string | undefined; readonly code?: string | undefined } | undefined;
  readonly product?:
    | { readonly id?: string | undefined; readonly code?: string | undefined; readonly cfCode?: string | undefined }
    | undefined;
  readonly editorialProjectId?: string | undefined;
  readonly editorialDeliverableIds?: readonly string[] | undefined;
  readonly styleGuide?: StyleGuide | undefined;
  readonly colorReferences?: readonly ReferenceFile[] | undefined;
  readonly shots: readonly Shot[];
}

/** A Creative Force preset output, which a delivered file is checked against. Absent means "not specified". */
export interface OutputSpec {
  readonly specId: string;
  readonly name?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Lower case, without a dot. */
  readonly extension?: string | undefined;
  readonly dpi?: number | undefined;
  readonly colorProfile?: string | undefined;
  readonly bitsPerChannel?: number | undefined;
  /** `#rrggbb` in lower case, or other text of Creative Force. */
  readonly backgroundColor?: string | undefined;
  readonly maxBytes?: number | undefined;
}

/** An instruction or a rejection note (docs/reference/creative-force.md#annotations). */
export interface Annotation {
  readonly annotationId: string;
  readonly kind: 'instruction' | 'rejection' | 'other';
  readonly comment?: string | undefined;
  /** By Creative Force's clock; Unix milliseconds. */
  readonly createdAt?: number | undefined;
  readonly shotId?: string | undefined;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly assetId?: string | undefined;
  readonly author?: string | undefined;
  /** What was drawn on the picture; absent when nothing was. */
  readonly markings?: readonly DrawnMarking[] | undefined;
}

/** What a task belongs to; read only when a recipe mentions it. */
interface RelatedRecord {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  readonly properties?: Properties | undefined;
}

export interface Job extends RelatedRecord {
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
}

export interface Product extends RelatedRecord {
  readonly cfCode?: string | undefined;
  readonly brand?: string | undefined;
  readonly color?: string | undefined;
  readonly styleCode?: string | undefined;
  readonly category?: string | undefined;
}

/** The editorial project. */
export interface Project extends RelatedRecord {
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
}

/** A deliverable of an editorial task. */
export interface Deliverable extends RelatedRecord {
  /** The studio's name for the deliverable's files. */
  readonly outputName?: string | undefined;
}
