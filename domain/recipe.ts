import type { ContentCreationType } from './task';

/** Text a person wrote: a Liquid template, rendered per expected output. */
export type Template = string;

/** A leaf of Celtra's filter tree: an accepted scalar, or an object of operators (celtra.md §4.1). */
export type FilterLeaf = string | number | boolean | null | Readonly<Record<string, unknown>>;
export interface FilterTree {
  readonly [path: string]: FilterTree | readonly FilterLeaf[];
}

/** Celtra's `assetFormats` (celtra.md §5), in the shape that the Export API takes. */
export interface AssetFormats {
  readonly Image?: { readonly image: ImageFormat } | undefined;
}
export type ImageFormat =
  | { readonly format: 'png'; readonly colors?: number | undefined }
  | { readonly format: 'jpeg'; readonly quality?: number | undefined }
  | { readonly format: 'jpeg'; readonly maxSizeKb: number }
  | { readonly format: 'tiff' };

/** Which expected outputs a recipe is for: all named conditions must hold, a list means any of. */
export interface RecipeConditions {
  /** Equals the specification's id or its name (DESIGN §9). */
  readonly specification?: readonly string[] | undefined;
  readonly contentCreationType?: readonly ContentCreationType[] | undefined;
  readonly workspace?: readonly string[] | undefined;
  readonly position?: readonly string[] | undefined;
}

/** Configuration: for which expected outputs, which Celtra outputs, in which format, and what answers what. */
export interface Recipe {
  readonly name: string;
  readonly when: RecipeConditions;
  readonly celtra: {
    readonly filters: FilterTree;
    readonly assetFormats?: AssetFormats | undefined;
  };
  readonly match: { readonly expected: Template; readonly output: Template };
}
