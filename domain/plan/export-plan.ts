import { contentHash } from '../shared/content-hash';
import { deliveredFileName, expectedOutputKey, knownExtension, type ShotOutput } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import { deliverableFilms, wantedFilm, type FilmDelivery, type WantedFilm } from '../render/film';
import type { PreflightActions } from '../preflight/preflight';
import type { Conversion } from '../preflight/conversion';
import type { AssetFormats, FilterTree, ImageFormat, KeyNormalisation, Recipe } from '../recipe/recipe';
import { fittingRecipes, evaluateConditions } from '../recipe/recipe-choice';
import { templateScope } from '../recipe/template-scope';
import { specOf, type TaskFacts } from '../task/task-facts';
import type { OutputSpec } from '../task/task';
import type { AttentionCause, CandidateChoice } from '../task/task-status';
import { renderFilters, renderTemplate, TemplateError } from '../recipe/template';

/** One expected output of a group, with the key that a Celtra output must have to match it. */
export interface PlannedOutput {
  readonly expectedKey: string;
  readonly shotId: string;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly label: string;
  readonly key: string;
  readonly fileName: string;
  readonly spec?: OutputSpec | undefined;
  /** Names of later recipes that would fit as well. */
  readonly alsoFits?: readonly string[] | undefined;
  /** The Celtra output that an operator chose; matching looks for no other. */
  readonly chosenOutputId?: string | undefined;
}

/** Expected outputs that share one Celtra request: same recipe, same filters, same asset formats. */
export interface ExportGroup {
  readonly recipe: string;
  readonly recipeHash?: string | undefined;
  readonly filters: FilterTree;
  readonly assetFormats: AssetFormats;
  /** The key of the asset that the recipe chose; absent means the main asset. */
  readonly asset?: string | undefined;
  /** Names of text assets that are kept with the file. */
  readonly texts?: readonly string[] | undefined;
  /** The recipe's `match.output`, rendered once per Celtra output. */
  readonly outputTemplate: string;
  /** Differences between keys that are ignored. */
  readonly normalise?: readonly KeyNormalisation[] | undefined;
  readonly preflight?: PreflightActions | undefined;
  readonly convert?: Conversion | undefined;
  /** Set when films are delivered: the format, and what they must keep to. */
  readonly film?: WantedFilm | undefined;
  readonly expected: readonly PlannedOutput[];
}

export interface Problem {
  readonly cause: AttentionCause;
  readonly expectedKey: string;
  readonly label: string;
  readonly message: string;
  /** Celtra outputs that an operator could choose instead. */
  readonly candidates?: readonly CandidateChoice[] | undefined;
}

export interface ExportPlan {
  readonly groups: readonly ExportGroup[];
  readonly problems: readonly Problem[];
}

/** Further recipes are not explained in the message. */
const MOST_NAMED = 4;
const LONGEST_SHOWN = 100;

/**
 * Resolves recipes for the due set (the first that fits) and groups outputs that share a Celtra request. `chosen` are the
 * Celtra outputs that an operator chose, by the key of the expected output; matching looks for no others.
 */
export function createExportPlan(
  facts: TaskFacts,
  due: readonly ShotOutput[],
  recipes: readonly Recipe[],
  chosen: Readonly<Record<string, string>> = {},
): ExportPlan {
  const groups = new Map<string, ExportGroup & { expected: PlannedOutput[] }>();
  const problems: Problem[] = [];
  for (const output of due) {
    const planned = planOutput(facts, output, recipes, chosen);
    if ('message' in planned) {
      problems.push(planned);
      continue;
    }
    const { expected, ...request } = planned;
    const sameRequest = JSON.stringify(request);
    const group = groups.get(sameRequest) ?? { ...request, expected: [] };
    group.expected.push(expected);
    groups.set(sameRequest, group);
  }
  return { groups: [...groups.values()], problems };
}

function planOutput(
  facts: TaskFacts,
  output: ShotOutput,
  recipes: readonly Recipe[],
  chosen: Readonly<Record<string, string>>,
): (Omit<ExportGroup, 'expected'> & { expected: PlannedOutput }) | Problem {
  const spec = specOf(facts, output);
  const label = expectedOutputLabel(facts, output);
  const expectedKey = expectedOutputKey(output.expected);
  const chosenOutputId = chosen[expectedKey];
  const [recipe, ...others] = fittingRecipes(recipes, facts, output);
  const film = wantedFilm(spec, output.expected.name) ?? unnamedFilm(recipe, output.expected.name, spec);
  // An operator who chooses an output wants its film.
  if (film !== undefined && recipe?.films?.action !== 'deliver' && chosenOutputId === undefined) {
    const message = `${label} must be a film (${film}), and no recipe allows films.`;
    return { cause: 'video', expectedKey, label, message };
  }
  if (film !== undefined && !deliverableFilms.includes(film)) {
    const message = `${label} must be a film (${film}), and Creative Force accepts only ${deliverableFilms.join(' and ')}.`;
    return { cause: 'video', expectedKey, label, message };
  }
  if (recipe === undefined) return noRecipe(label, facts, output, recipes);
  const assetFormats =
    film !== undefined
      ? filmFormats(recipe.films)
      : (recipe.celtra.assetFormats ?? defaultFormats(spec, output.expected.name));
  if (assetFormats === undefined) {
    return {
      cause: 'no recipe',
      expectedKey,
      label,
      message: `Recipe ${recipe.name} sets no asset format, and neither the spec nor the file name of ${label} asks for one that Celtra can make.`,
    };
  }
  const scope = templateScope(facts, output);
  try {
    return {
      recipe: recipe.name,
      filters: renderFilters(recipe.celtra.filters, scope),
      assetFormats,
      outputTemplate: recipe.match.output,
      ...(recipe.celtra.asset !== undefined && { asset: recipe.celtra.asset }),
      ...(recipe.celtra.texts !== undefined && { texts: recipe.celtra.texts }),
      recipeHash: recipeHash(recipe),
      ...(recipe.match.normalise !== undefined && { normalise: recipe.match.normalise }),
      ...(recipe.preflight !== undefined && { preflight: recipe.preflight }),
      ...(recipe.convert !== undefined && film === undefined && { convert: recipe.convert }),
      ...(film !== undefined && { film: toWantedFilm(film, recipe.films) }),
      expected: {
        expectedKey,
        shotId: output.expected.shotId,
        specId: output.expected.specId,
        variant: output.expected.variant,
        label,
        key: renderTemplate(recipe.match.expected, scope),
        fileName: deliveredFileName({
          expected: output.expected,
          spec,
          renderExtension: film ?? extensionOf(assetFormats),
        }),
        spec,
        ...(chosenOutputId !== undefined && { chosenOutputId }),
        ...(others.length > 0 && { alsoFits: others.map(({ name }) => name) }),
      },
    };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const message = `Recipe ${recipe.name} cannot be used for ${label}: ${error.message}`;
    return { cause: 'template', expectedKey, label, message };
  }
}

const recipeHashes = new WeakMap<Recipe, string>();

function recipeHash(recipe: Recipe): string {
  const known = recipeHashes.get(recipe) ?? contentHash(recipe);
  recipeHashes.set(recipe, known);
  return known;
}

/** Names the first failing condition of each recipe, so that a person sees which one to change. */
function noRecipe(label: string, facts: TaskFacts, output: ShotOutput, recipes: readonly Recipe[]): Problem {
  const specification = output.expected.specification;
  const about = specification ? `specification ${specification.name ?? specification.id}` : 'no specification';
  const reasons = recipes.slice(0, MOST_NAMED).flatMap((recipe) => {
    const failed = evaluateConditions(recipe, facts, output).find((judged) => !judged.holds);
    if (failed === undefined) return [];
    const found =
      failed.found.length === 0 ? 'nothing' : failed.found.map((name) => `"${shortened(name)}"`).join(' or ');
    return [`${recipe.name} requires ${failed.condition} ${failed.wanted}, found ${found}`];
  });
  const why = reasons.length === 0 ? '' : ` ${reasons.join('; ')}.`;
  const expectedKey = expectedOutputKey(output.expected);
  return { cause: 'no recipe', expectedKey, label, message: `No recipe matches ${label} (${about}).${why}` };
}

/** The film of a task that names no format at all, by the recipe. */
function unnamedFilm(recipe: Recipe | undefined, fileName: string | undefined, spec: OutputSpec | undefined) {
  const isNamed = spec?.extension !== undefined || (fileName !== undefined && knownExtension(fileName) !== undefined);
  return isNamed || recipe?.films?.action !== 'deliver' ? undefined : recipe.films.format;
}

function filmFormats(films: FilmDelivery | undefined): AssetFormats {
  return films?.preset === undefined ? {} : { Video: { video: { preset: films.preset } } };
}

function toWantedFilm(format: string, films: FilmDelivery | undefined): WantedFilm {
  const { action: _, format: __, ...limits } = films ?? { action: 'ask' };
  return { ...limits, format };
}

function shortened(name: string): string {
  return name.length <= LONGEST_SHOWN ? name : `${name.slice(0, LONGEST_SHOWN)}…`;
}

/** Never both quality and maxSizeKb (docs/reference/celtra.md#jpeg-quality). `undefined` when Celtra cannot make it. */
export function defaultFormats(spec: OutputSpec | undefined, fileName?: string): AssetFormats | undefined {
  const extension = spec?.extension ?? (fileName === undefined ? undefined : knownExtension(fileName));
  const image = imageFormat(extension, spec?.maxBytes);
  return image && { Image: { image } };
}

function imageFormat(extension: string | undefined, maxBytes: number | undefined): ImageFormat | undefined {
  switch (extension) {
    case 'jpg':
    case 'jpeg':
      return maxBytes === undefined
        ? { format: 'jpeg', quality: 90 }
        : { format: 'jpeg', maxSizeKb: Math.floor(maxBytes / 1024) };
    case 'png':
      return { format: 'png' };
    case 'tif':
    case 'tiff':
      return { format: 'tiff' };
    default:
      return undefined;
  }
}

function extensionOf(formats: AssetFormats): string {
  const format = formats.Image?.image.format;
  return format === undefined || format === 'jpeg' ? 'jpg' : format === 'tiff' ? 'tif' : format;
}
