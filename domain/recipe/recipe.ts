import type { Condition } from './condition';
import type { PreflightActions } from '../preflight/preflight';
import type { Conversion } from '../preflight/conversion';
import type { ContentCreationType } from '../task/task';

/** Text a person wrote: a Liquid template, rendered per expected output. */
export type Template = string;

/**
 * A leaf of Celtra's filter tree: an accepted scalar, or an object of operators
 * (docs/reference/celtra.md#filter-grammar).
 */
export type FilterLeaf = string | number | boolean | null | Readonly<Record<string, unknown>>;
export interface FilterTree {
  readonly [path: string]: FilterTree | readonly FilterLeaf[];
}

/** Celtra's `assetFormats` (docs/reference/celtra.md#asset-formats), in the shape that the Export API takes. */
export interface AssetFormats {
  readonly Image?: { readonly image: ImageFormat } | undefined;
}
export type ImageFormat =
  | { readonly format: 'png'; readonly colors?: number | undefined }
  | { readonly format: 'jpeg'; readonly quality?: number | undefined }
  | { readonly format: 'jpeg'; readonly maxSizeKb: number }
  | { readonly format: 'tiff' };

/** Objects of Creative Force whose custom properties a recipe can be chosen by. */
export type PropertyOwner = 'job' | 'product' | 'project' | 'deliverable' | 'styleGuide';

/** Which expected outputs a recipe is for: all named conditions must hold. */
export interface RecipeConditions {
  /** Equals the specification's id or its name (docs/reference/assumptions.md#specification). */
  readonly specification?: Condition | undefined;
  readonly contentCreationType?: readonly ContentCreationType[] | undefined;
  /** Id or name. */
  readonly workspace?: Condition | undefined;
  /**
   * The number of the production type; studios have numbers of their own from 1001
   * (docs/reference/creative-force.md#enumerations).
   */
  readonly productionType?: Condition | undefined;
  readonly position?: Condition | undefined;
  /** Id or name. */
  readonly styleGuide?: Condition | undefined;
  /** The output spec's id or name. */
  readonly spec?: Condition | undefined;
  /** Custom properties by name, of the task's job, product and so on. */
  readonly properties?:
    Readonly<Partial<Record<PropertyOwner, Readonly<Record<string, Condition>> | undefined>>> | undefined;
}

/** What two keys may differ in and still be equal. Off unless a recipe asks for it. */
export type KeyNormalisation = 'case' | 'spaces';

/** Configuration: for which expected outputs, which Celtra outputs, in which format, and what answers what. */
export interface Recipe {
  readonly name: string;
  readonly when: RecipeConditions;
  readonly celtra: {
    readonly filters: FilterTree;
    readonly assetFormats?: AssetFormats | undefined;
    /**
     * The key of the asset that is delivered (docs/reference/celtra.md#asset-kinds); absent means the output's main
     * one.
     */
    readonly asset?: string | undefined;
  };
  readonly match: {
    readonly expected: Template;
    readonly output: Template;
    readonly normalise?: readonly KeyNormalisation[] | undefined;
  };
  /** What happens to findings of the check, rule by rule; wins over the studio's say. */
  readonly preflight?: PreflightActions | undefined;
  /** What is changed in renders before they are delivered; absent means nothing. */
  readonly convert?: Conversion | undefined;
}
