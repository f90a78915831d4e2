import { z } from 'zod';

import type { SavedSearch } from '../../domain/plan/plan-saved-task';
import type { PreflightSettings } from '../../domain/preflight/preflight';
import type { FilterTree } from '../../domain/recipe/recipe';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import type { TaskFacts } from '../../domain/task/task-facts';
import { findViolatedFilter } from '../celtra/filters/match-output';
import { redactAddresses } from '../celtra/output/addresses';
import { celtraOutputSchema } from '../celtra/output/output';
import { parseJson } from '../http/body';

/** The content of a saved task; the due outputs are given by their keys, because the facts hold them. */
export interface SavedTaskContent {
  readonly facts: TaskFacts;
  readonly dueKeys: readonly string[];
  readonly preflight: PreflightSettings;
  readonly searches: readonly SavedSearch[];
}

/** A text is no saved task; the message completes "<file>: …". */
export class SavedTaskError extends Error {
  override readonly name = 'SavedTaskError';
}

const record = z.record(z.string(), z.unknown());
/** Validates only what a plan needs, because extpost itself wrote the file. */
const factsSchema = z.looseObject({
  studio: z.string(),
  task: z.looseObject({
    taskId: z.string(),
    contentCreationType: z.enum(['ecom', 'editorial']),
    workspace: z.looseObject({ id: z.string() }),
    shots: z.array(
      z.looseObject({
        shotId: z.string(),
        inputs: z.array(record),
        expectedOutputs: z.array(z.looseObject({ shotId: z.string() })),
      }),
    ),
  }),
  specs: z.array(z.looseObject({ specId: z.string() })),
});

const searchSchema = z.object({
  filters: record,
  outputs: z.array(celtraOutputSchema),
  leftOut: z.int().min(0).optional(),
});

const savedSchema = z.object({
  extpostPlan: z.literal(1, { error: 'was not written by this version of "extpost plan --save"' }),
  facts: factsSchema,
  /** Keys of the expected outputs that are wanted. */
  due: z.array(z.string()),
  preflight: z.object({
    onMismatch: z.enum(['block', 'warn']),
    rules: z.record(z.string(), z.enum(['block', 'warn', 'ignore'])).optional(),
  }),
  searches: z.array(searchSchema),
});

/** A saved task as JSON, without the address of any file. */
export function savedTaskText({ facts, dueKeys, preflight, searches }: SavedTaskContent): string {
  const { onMismatch, rules } = preflight;
  const content = {
    extpostPlan: 1,
    facts,
    due: dueKeys,
    preflight: { onMismatch, rules },
    searches: searches.map(({ filters, outputs }) => ({ filters, outputs: outputs.map(withoutPreview) })),
  };
  return `${JSON.stringify(content, withoutAddress, 1)}\n`;
}

/** One search of a saved task as JSON, which is kept apart from its facts. */
export function savedSearchText({ filters, outputs, leftOut }: SavedSearch): string {
  return JSON.stringify({ filters, outputs: outputs.map(withoutPreview), leftOut }, withoutAddress);
}

/** Reads what {@link savedSearchText} has written; nothing for any other text. */
export function parseSavedSearch(text: string): SavedSearch | undefined {
  const parsed = searchSchema.safeParse(parseJson(text));
  return parsed.success ? (parsed.data as SavedSearch) : undefined;
}

/** Reads what {@link savedTaskText} has written. Throws a {@link SavedTaskError}. */
export function parseSavedTask(text: string): SavedTaskContent {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw new SavedTaskError(`is not readable as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = savedSchema.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SavedTaskError(
      `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not a saved task'}; save the task again.`,
    );
  }
  const { facts, due, preflight, searches } = parsed.data;
  return {
    facts: facts as unknown as TaskFacts,
    dueKeys: due,
    preflight: preflight,
    searches: searches.map(({ filters, outputs }) => ({ filters: filters as FilterTree, outputs })),
  };
}

/** Whether an output passes filters, as far as its fields show. */
export function passesFilters(filters: FilterTree, output: CeltraOutput): boolean {
  return findViolatedFilter(filters, outputAsJson(output, false)) === undefined;
}

/** Whoever has an address has the file (docs/reference/celtra.md#asset-addresses), so it is left out by default. */
export function outputAsJson(output: CeltraOutput, withUrls: boolean): Record<string, unknown> {
  const assets = output.assets.map(({ key, url, ...rest }) => [key, withUrls ? { ...rest, url } : rest] as const);
  return { ...output.facts, assets: Object.fromEntries(assets) };
}

/** Whoever has the address of a file has the file, and notes of the studio may contain one. */
function withoutAddress(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redactAddresses(value) : value;
}

function withoutPreview(output: CeltraOutput): Record<string, unknown> {
  const { previewUrl: _, ...printed } = outputAsJson(output, false);
  return printed;
}
