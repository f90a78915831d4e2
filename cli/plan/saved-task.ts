import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

import { celtraOutputSchema } from '../../clients/celtra/output/output';
import { redactAddresses } from '../../clients/celtra/output/addresses';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { expectedOutputKey, expectedOutputs, type ShotOutput } from '../../domain/task/expected-output';
import { preflightRules, type PreflightSettings } from '../../domain/preflight/preflight';
import type { FilterTree } from '../../domain/recipe/recipe';
import type { TaskFacts } from '../../domain/task/task-facts';
import { outputAsJson } from '../celtra/show-outputs';
import { CommandError, exitCodes } from '../exit-codes';
import type { TaskPlan } from './make-plan';

/** What a plan needs of a task, as it was when it was saved: no address of any file, and nothing secret. */
export interface SavedTask {
  readonly facts: TaskFacts;
  readonly due: readonly ShotOutput[];
  readonly preflight: PreflightSettings;
  readonly searches: readonly { readonly filters: FilterTree; readonly outputs: readonly CeltraOutput[] }[];
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

const savedSchema = z.object({
  extpostPlan: z.literal(1, { error: 'was not written by this version of "extpost plan --save"' }),
  facts: factsSchema,
  /** Keys of the expected outputs that are wanted. */
  due: z.array(z.string()),
  preflight: z.object({
    onMismatch: z.enum(['block', 'warn']),
    rules: z.partialRecord(z.enum(preflightRules), z.enum(['block', 'warn', 'ignore'])).optional(),
  }),
  searches: z.array(z.object({ filters: record, outputs: z.array(celtraOutputSchema) })),
});

/** Writes a task into a file of a folder, which is created if needed. Returns the path of the file. */
export async function saveTask(
  folder: string,
  plan: TaskPlan,
  { onMismatch, rules }: PreflightSettings,
): Promise<string> {
  const { facts, due, answers } = plan;
  const content = {
    extpostPlan: 1,
    facts,
    due: due.map(({ expected }) => expectedOutputKey(expected)),
    preflight: { onMismatch, rules },
    searches: [...answers].map(([{ filters }, outputs]) => ({
      filters,
      outputs: outputs.map(printedOutput),
    })),
  };
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${facts.studio}-${facts.task.taskId}.json`);
  await writeFileAtomic(file, `${JSON.stringify(content, withoutAddress, 1)}\n`);
  return file;
}

/** In the order of the file names. Throws CommandError that names the file and the place in it. */
export async function loadSavedTasks(folder: string): Promise<SavedTask[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw wrongUse(`The folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  });
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  if (files.length === 0) {
    throw wrongUse(`There is no saved task in ${folder}. Save some: extpost plan <studio> --all-open --save ${folder}`);
  }
  return Promise.all(files.map((name) => loadSavedTask(path.join(folder, name))));
}

async function loadSavedTask(file: string): Promise<SavedTask> {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw wrongUse(`${file} is not readable as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = savedSchema.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrongUse(
      `${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not a saved task'}; save the task again.`,
    );
  }
  const { facts: read, due: wanted, preflight, searches } = parsed.data;
  const facts = read as unknown as TaskFacts;
  const keys = new Set(wanted);
  return {
    facts,
    due: expectedOutputs(facts.task).filter(({ expected }) => keys.has(expectedOutputKey(expected))),
    preflight,
    searches: searches.map(({ filters, outputs }) => ({ filters: filters as FilterTree, outputs })),
  };
}

/** Whoever has the address of a file has the file, and notes of the studio may contain one. */
function withoutAddress(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redactAddresses(value) : value;
}

function printedOutput(output: CeltraOutput): Record<string, unknown> {
  const { previewUrl: _, ...printed } = outputAsJson(output, false);
  return printed;
}

function wrongUse(message: string): CommandError {
  return new CommandError(message, exitCodes.wrongUse);
}
