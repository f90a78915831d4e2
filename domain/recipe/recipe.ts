import type { Condition } from './condition';
import type { PreflightActions } from '../preflight/preflight';
import type { Conversion } from '../preflight/conversion';
import type { FilmDelivery } from '../render/film';
import type { ContentCreationType } from '../task/task';

/** A Liquid template, rendered per expected output. */
export type Template = string;

/** An accepted scalar, or an object of operators (docs/reference/celtra.md#filter-grammar). */
export type FilterLeaf = string | number | boolean | null | Readonly<Record<string, unknown>>;
export interface FilterTree {
  readonly [path: string]: FilterTree | readonly FilterLeaf[];
}

/** Celtra's `assetFormats` (docs/reference/celtra.md#asset-formats), in the shape that the Export API takes. */
export interface AssetFormats {
  readonly Image?: { readonly image: ImageFormat } | undefined;
  readonly Video?: { readonly video: { readonly preset: string } } | undefined;
}
export type ImageFormat =
  | { readonly format: 'png'; readonly colors?: number | undefined }
  | { readonly format: 'jpeg'; readonly quality?: number | undefined }
  | { readonly format: 'jpeg'; readonly maxSizeKb: number }
  | { readonly format: 'tiff' };

/** The Creative Force objects whose custom properties conditions can use. */
export type PropertyOwner = 'job' | 'product' | 'project' | 'deliverable' | 'styleGuide';

/** A condition for each property that is named. */
type PropertyConditions = Readonly<Record<string, Condition>>;

/** Which expected outputs a recipe is for: all conditions must hold. */
export interface RecipeConditions {
  /** Equals the specification's id or its name (docs/reference/assumptions.md#specification). */
  readonly specification?: Condition | undefined;
  readonly contentCreationType?: readonly ContentCreationType[] | undefined;
  /** Id or name. */
  readonly workspace?: Condition | undefined;
  /** Numbers from 1001 on are the studio's own. */
  readonly productionType?: Condition | undefined;
  readonly position?: Condition | undefined;
  /** Id or name. */
  readonly styleGuide?: Condition | undefined;
  /** Id or name of the output spec. */
  readonly spec?: Condition | undefined;
  readonly properties?: Readonly<Partial<Record<PropertyOwner, PropertyConditions | undefined>>> | undefined;
}

/** A difference between keys that a recipe ignores. */
export type KeyNormalisation = 'case' | 'spaces';

/** Configuration: for which expected outputs, which Celtra outputs in which format, and how they are matched. */
export interface Recipe {
  readonly name: string;
  readonly when: RecipeConditions;
  readonly celtra: {
    readonly filters: FilterTree;
    readonly assetFormats?: AssetFormats | undefined;
    /** The key of the asset to deliver; absent means the output's main asset. */
    readonly asset?: string | undefined;
    /** Names of text assets that the audit keeps with the file. */
    readonly texts?: readonly string[] | undefined;
  };
  readonly match: {
    readonly expected: Template;
    readonly output: Template;
    readonly normalise?: readonly KeyNormalisation[] | undefined;
  };
  /** Override the studio's. */
  readonly preflight?: PreflightActions | undefined;
  readonly convert?: Conversion | undefined;
  /** Absent means that an operator is asked. */
  readonly films?: FilmDelivery | undefined;
}
