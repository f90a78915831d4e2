import type { PlanLine, PlanRecord } from './plan-record';
import { pluralise } from '../shared/text';

/** The column titles of a plan's table. */
export const planColumns = ['expected output', 'creative', 'key', 'recipe', 'format', 'file'] as const;

/** One row per expected output, its cells in the order of {@link planColumns}. */
export function planRows({ lines }: Pick<PlanRecord, 'lines'>): string[][] {
  return lines.map((line) => [
    line.label,
    line.outputName ?? line.outputId,
    keysOf(line),
    line.recipe,
    line.format,
    line.fileName,
  ]);
}

/** The key, or both keys where they differ. */
function keysOf({ key, outputKey }: PlanLine): string {
  return outputKey === undefined || outputKey === key ? key : `${key} ≈ ${outputKey}`;
}

/** Notes below the table: extra outputs, and other recipes that would fit. One sentence each. */
export function planNotes({ lines, extras }: Pick<PlanRecord, 'lines' | 'extras'>): string[] {
  const rivals = new Map<string, { readonly names: string; readonly recipe: string; readonly labels: string[] }>();
  for (const { recipe, alsoFits = [], label } of lines) {
    if (alsoFits.length === 0) continue;
    const names = alsoFits.join(', ');
    const known = rivals.get(`${recipe}\n${names}`) ?? { names, recipe, labels: [] };
    known.labels.push(label);
    rivals.set(`${recipe}\n${names}`, known);
  }
  const left = extras === 0 ? [] : [`${pluralise(extras, 'other creative')} found by the filters: never delivered.`];
  const fits = [...rivals.values()].map(
    ({ names, recipe, labels }) => `${labels.join('; ')}: ${names} would fit too; ${recipe} stands first.`,
  );
  return [...left, ...fits];
}
