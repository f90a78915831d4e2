import { messageOf } from '../../domain/shared/text';
import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
import { mentionedVariables, renderTemplate, TemplateError } from '../../domain/recipe/template';
import { usageError } from '../exit-codes';
import { groupedBy } from '../../domain/shared/grouped-by';
import { caseFolded, safeName, safePath, withoutSlashes } from '../../domain/shared/safe-name';

export const defaultNameTemplate = '{{ output.name }}';
/** The name of an output to which Celtra gives none (docs/reference/celtra.md#output-fields). */
const UNNAMED_OUTPUT = 'output';

export interface NamedAsset {
  readonly outputId: string;
  readonly assetKey: string;
}

/** A relative path without extension; or why there is none. */
export type NameOrFault = { readonly name: string } | { readonly fault: string };

interface Draft extends NamedAsset {
  readonly base: string;
  readonly isOneOfSeveral: boolean;
}

/** Only files to fetch: texts travel in the answer itself (docs/reference/celtra.md#asset-kinds). */
export function filesOf(output: CeltraOutput): CeltraAsset[] {
  return output.assets.filter(({ type }) => type !== 'text' && type !== 'other');
}

/** Checks the template before the request makes Celtra render. Throws CommandError. */
export function checkNameTemplate(template: string): void {
  try {
    mentionedVariables(template);
  } catch (error) {
    throw usageError(`--name "${template}" is not a valid Liquid template: ${messageOf(error)}.`);
  }
}

/** Only a slash of the template makes a folder. Equal names get the asset's key, else the output's id. */
export function nameFiles(outputs: readonly CeltraOutput[], template: string) {
  const faults = new Map<string, string>();
  const drafts: Draft[] = [];
  const sayAsset = mentionedVariables(template).some(([root]) => root === 'asset');
  for (const output of outputs) {
    const files = filesOf(output);
    for (const asset of files) {
      const file = { outputId: output.outputId, assetKey: asset.key };
      try {
        const base = safePath(renderTemplate(template, scopeOf(output, asset)));
        drafts.push({ ...file, base, isOneOfSeveral: !sayAsset && files.length > 1 });
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        faults.set(keyOf(file), error.message);
      }
    }
  }
  const { names, toldApart } = distinctNames(drafts);
  return {
    /** How many names needed more than the template to be unique. */
    disambiguated: toldApart,
    /** The same in every run that finds the same outputs. */
    nameOf(asset: NamedAsset): NameOrFault {
      const key = keyOf(asset);
      const fault = faults.get(key);
      if (fault !== undefined) return { fault };
      // An asset that was not in the first response.
      return { name: names.get(key) ?? safePath(fullName({ ...asset, base: UNNAMED_OUTPUT, isOneOfSeveral: true })) };
    },
  };
}

export type FileNames = ReturnType<typeof nameFiles>;

/** From the plainest to one that is unique: outputs have ids of their own (docs/reference/celtra.md#entities). */
const nameVariants: readonly ((draft: Draft) => string)[] = [
  ({ base, assetKey, isOneOfSeveral }) => (isOneOfSeveral ? lengthened(base, safeName(assetKey)) : base),
  ({ base, outputId, assetKey, isOneOfSeveral }) =>
    lengthened(base, safeName(`${outputId.slice(0, 8)}${isOneOfSeveral ? ` ${assetKey}` : ''}`)),
  fullName,
];

function fullName({ base, outputId, assetKey }: Draft): string {
  return lengthened(base, safeName(`${outputId} ${assetKey}`));
}

function distinctNames(drafts: readonly Draft[]): { names: Map<string, string>; toldApart: number } {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  let open = drafts;
  let toldApart = 0;
  nameVariants.forEach((spell, level) => {
    const named = open.map((draft) => ({ draft, name: spell(draft) }));
    const stillOpen: Draft[] = [];
    for (const [key, group] of groupedBy(named, ({ name }) => caseFolded(name))) {
      const isLast = level === nameVariants.length - 1;
      if (!isLast && (group.length > 1 || taken.has(key))) stillOpen.push(...group.map(({ draft }) => draft));
      else for (const { draft, name } of group) names.set(keyOf(draft), name);
      taken.add(key);
    }
    if (level === 0) toldApart = stillOpen.length;
    open = stillOpen;
  });
  return { names, toldApart };
}

/** Appends to the last part of a path, within the length limit of file names. */
function lengthened(base: string, tail: string): string {
  const folders = base.split('/');
  const last = folders.pop() ?? '';
  const maxBytes = Math.max(40, 200 - Buffer.byteLength(tail) - 1);
  return [...folders, `${safeName(last, maxBytes)} ${tail}`].join('/');
}

function keyOf({ outputId, assetKey }: NamedAsset): string {
  return JSON.stringify([outputId, assetKey]);
}

function scopeOf(output: CeltraOutput, asset: CeltraAsset): Record<string, unknown> {
  const { key, type, width, height } = asset;
  return withoutSlashes({
    output: { ...output.facts, name: output.name ?? UNNAMED_OUTPUT },
    asset: { key, type, width, height },
  }) as Record<string, unknown>;
}
