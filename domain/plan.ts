import {
  deliveredFileName,
  expectedOutputKey,
  expectedOutputLabel,
  knownExtension,
  type ShotOutput,
} from './expected-output';
import type { AssetFormats, FilterTree, ImageFormat, Recipe } from './recipe';
import { specOf, templateScope, type TaskFacts } from './recipe-scope';
import type { OutputSpec } from './task';
import type { AttentionCause } from './task-status';
import { renderFilters, renderTemplate, TemplateError } from './template';

/** One expected output of a group: what it is called, and the key that a Celtra output must have to answer it. */
export interface PlannedOutput {
  readonly expectedKey: string;
  readonly shotId: string;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly label: string;
  readonly key: string;
  readonly fileName: string;
  readonly spec?: OutputSpec | undefined;
}

/** Expected outputs that share one Celtra request: same recipe, same filters, same asset formats. */
export interface ExportGroup {
  readonly recipe: string;
  readonly filters: FilterTree;
  readonly assetFormats: AssetFormats;
  /** The right side of the recipe's match, rendered once per Celtra output. */
  readonly outputTemplate: string;
  readonly expected: readonly PlannedOutput[];
}

/** Why an expected output cannot go out, in words. */
export interface Problem {
  readonly cause: AttentionCause;
  readonly label: string;
  readonly message: string;
}

export interface Plan {
  readonly groups: readonly ExportGroup[];
  readonly problems: readonly Problem[];
}

/** Resolves recipes for the due set: the first recipe that fits an expected output wins, in the file's order. */
export function planRound(facts: TaskFacts, due: readonly ShotOutput[], recipes: readonly Recipe[]): Plan {
  const groups = new Map<string, ExportGroup & { expected: PlannedOutput[] }>();
  const problems: Problem[] = [];
  for (const output of due) {
    const planned = planOutput(facts, output, recipes);
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
): (Omit<ExportGroup, 'expected'> & { expected: PlannedOutput }) | Problem {
  const spec = specOf(facts, output);
  const label = expectedOutputLabel(output, spec);
  const recipe = recipes.find((candidate) => fits(candidate, facts, output));
  if (recipe === undefined) {
    const specification = output.expected.specification;
    const about = specification ? `specification ${specification.name ?? specification.id}` : 'no specification';
    return { cause: 'no recipe', label, message: `No recipe fits ${label} (${about}).` };
  }
  const assetFormats = recipe.celtra.assetFormats ?? defaultFormats(spec, output.expected.name);
  if (assetFormats === undefined) {
    return {
      cause: 'no recipe',
      label,
      message: `Recipe ${recipe.name} names no asset format and neither the spec nor the file name of ${label} asks for one that Celtra can make.`,
    };
  }
  const scope = templateScope(facts, output);
  try {
    return {
      recipe: recipe.name,
      filters: renderFilters(recipe.celtra.filters, scope),
      assetFormats,
      outputTemplate: recipe.match.output,
      expected: {
        expectedKey: expectedOutputKey(output.expected),
        shotId: output.expected.shotId,
        specId: output.expected.specId,
        variant: output.expected.variant,
        label,
        key: renderTemplate(recipe.match.expected, scope),
        fileName: deliveredFileName({ expected: output.expected, spec, renderExtension: extensionOf(assetFormats) }),
        spec,
      },
    };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { cause: 'template', label, message: `Recipe ${recipe.name} cannot be used for ${label}: ${error.message}` };
  }
}

function fits({ when }: Recipe, { task }: TaskFacts, { shot, expected }: ShotOutput): boolean {
  const anyOf = (wanted: readonly string[] | undefined, found: readonly (string | undefined)[]): boolean =>
    wanted === undefined || found.some((value) => value !== undefined && wanted.includes(value));
  return (
    anyOf(when.specification, [expected.specification?.id, expected.specification?.name]) &&
    anyOf(when.contentCreationType, [task.contentCreationType]) &&
    anyOf(when.workspace, [task.workspace.id, task.workspace.name]) &&
    anyOf(when.position, [shot.position])
  );
}

/**
 * The asset format that the spec asks for, else the one that the expected file name ends in (celtra.md §5 and A16: quality
 * and maxSizeKb never together; §11.1: never webp). `undefined` when neither names a format that Celtra makes.
 */
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
