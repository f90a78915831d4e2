/** Which flavour of the External Post calls a task needs (docs/reference/creative-force.md#enumerations). */
export type ContentCreationType = 'ecom' | 'editorial';

/** Names one task: what a webhook or a listing row tells us before anything has been read. */
export interface TaskReference {
  /** The studio's name in `extpost.yaml`. */
  readonly studio: string;
  /** Creative Force's task id, a lower-case GUID. */
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
}

/**
 * Where the External Post step stands, in our words (docs/reference/creative-force.md#enumerations,
 * docs/reference/assumptions.md#status-numbers).
 */
export type StepStatus = 'to do' | 'in progress' | 'done' | 'open';

/** A custom property value as Creative Force prints it. */
export type PropertyValue = string | number | boolean | null;
export type Properties = Readonly<Record<string, PropertyValue>>;

/**
 * The vendor's own recipe code, picked by the studio per position or variant
 * (docs/reference/creative-force.md#specification-and-spec).
 */
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

/**
 * Material of a shot beside its inputs, for which nothing is expected (docs/reference/creative-force.md#task-detail).
 */
export interface SupportAsset {
  readonly assetId: string;
  readonly kind: 'inclip' | 'resource';
}

/** A file of the studio that helps whoever makes the pictures. */
export interface ReferenceFile {
  readonly fileId: string;
  readonly fileName?: string | undefined;
}

/**
 * One file that the task wants. Keyed by (shot, spec or none, variant or none):
 * docs/reference/assumptions.md#task-detail.
 */
export interface ExpectedOutput {
  readonly shotId: string;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly variantName?: string | undefined;
  /** The file name asked for; without extension when there is a spec. */
  readonly name?: string | undefined;
  readonly specification?: Specification | undefined;
  /** The asset returned so far, if any. */
  readonly assetId?: string | undefined;
  /** Absent when the task carries no flag for it. */
  readonly isRejected?: boolean | undefined;
}

/** A shot kept at Final Selection: one position, its inputs, and the files wanted of it. */
export interface Shot {
  readonly shotId: string;
  readonly position?: string | undefined;
  readonly isHero?: boolean | undefined;
  readonly inputs: readonly InputAsset[];
  /** Absent when the shot has none. */
  readonly support?: readonly SupportAsset[] | undefined;
  readonly expectedOutputs: readonly ExpectedOutput[];
}

export interface StyleGuide {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly properties?: Properties | undefined;
  /** Markdown. */
  readonly text?: string | undefined;
  /** Attachments, by file id. */
  readonly fileIds?: readonly string[] | undefined;
  /** Only positions of which the style guide says something. */
  readonly positions?: readonly StyleGuidePosition[] | undefined;
}

/** What a style guide says of one position. */
export interface StyleGuidePosition {
  readonly name: string;
  /** Markdown. */
  readonly text?: string | undefined;
  readonly fileIds: readonly string[];
}

/** An External Post task as last read. */
export interface Task {
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  readonly workspace: { readonly id: string; readonly name?: string | undefined };
  readonly status: StepStatus;
  /** What a person is shown: the name Creative Force gives, else the number. */
  readonly statusText: string;
  readonly productionTypeId?: number | undefined;
  readonly vendorId?: string | undefined;
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
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

/** A Creative Force preset output: what a delivered file is judged against. Absent means "not asked for". */
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
  /** `#rrggbb` in lower case, or what else Creative Force prints. */
  readonly backgroundColor?: string | undefined;
  readonly maxBytes?: number | undefined;
}

/** An instruction or a rejection note (docs/reference/creative-force.md#annotations). */
export interface Annotation {
  readonly annotationId: string;
  readonly kind: 'instruction' | 'rejection' | 'other';
  readonly comment?: string | undefined;
  readonly shotId?: string | undefined;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly assetId?: string | undefined;
}

/** Facts about the job, read only when a recipe mentions them. */
export interface Job {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
  readonly properties?: Properties | undefined;
}

/** Facts about the product, read only when a recipe mentions them. */
export interface Product {
  readonly code?: string | undefined;
  readonly cfCode?: string | undefined;
  readonly name?: string | undefined;
  readonly brand?: string | undefined;
  readonly color?: string | undefined;
  readonly styleCode?: string | undefined;
  readonly category?: string | undefined;
  readonly properties?: Properties | undefined;
}

/** Facts about an editorial task's project, read only when a recipe mentions them. */
export interface Project {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  /** Unix milliseconds. */
  readonly deadline?: number | undefined;
  readonly properties?: Properties | undefined;
}

/** Facts about one deliverable of an editorial task, read only when a recipe mentions them. */
export interface Deliverable {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  /** What the studio calls the deliverable's files. */
  readonly outputName?: string | undefined;
  readonly properties?: Properties | undefined;
}
