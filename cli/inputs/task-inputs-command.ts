import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { Command } from 'commander';

import { type StoredInputs, storeInputs } from '../../activities/inputs/store-inputs';
import { createStore, RemoteCallError, type Store, StoreError } from '../../clients';
import { loadConfig } from '../../config';
import { briefDocument } from '../../domain/inputs/brief-document';
import { BRIEF_NAME, DEFAULT_INPUT_NAME, nameInputs } from '../../domain/inputs/input-names';
import { TemplateError } from '../../domain/recipe/template';
import { pluralise } from '../../domain/shared/text';
import { createExportProgress, formatBytes, missingFilesError } from '../celtra/export-progress';
import { failure, usageError } from '../exit-codes';
import type { BriefReading } from '../../domain/task/brief';
import { readBrief } from '../plan/read-brief';
import { configOption, parseCount, taskArgument } from '../shared/options';
import { resolveTaskId, studioOf } from '../shared/resolve-task';
import { retryTransient } from '../shared/retry';
import { runInterruptible } from '../shared/signals';
import { openStudioClients } from '../shared/studio-clients';
import { type InputSources, readSources } from './input-sources';

export function inputsCommand(): Command {
  return new Command('inputs')
    .description("fetch a task's pictures and reference files, and write a brief; needs no worker")
    .argument('<studio>', 'a studio of the configuration; or a workflow id alone')
    .argument('[task]', taskArgument)
    .addOption(configOption())
    .requiredOption('--to <folder>', 'put everything into this folder; existing files are not fetched again')
    .option('--name <template>', 'Liquid template of the file names, without extension', DEFAULT_INPUT_NAME)
    .option('--editorial', 'the task is editorial; otherwise extpost finds out')
    .option('--overwrite', 'replace files that extpost did not write')
    .option('--parallel <count>', 'downloads at the same time; default: worker.transfersInParallel', parseCount)
    .action((studio: string, task: string | undefined, options: InputsOptions) => fetchInputs(studio, task, options));
}

export interface InputsOptions {
  readonly config: string;
  readonly to: string;
  readonly name: string;
  readonly editorial?: true;
  readonly overwrite?: true;
  readonly parallel?: number;
}

/** `extpost task inputs`: progress goes to stderr, one line of what became of it to stdout. */
async function fetchInputs(named: string, task: string | undefined, options: InputsOptions): Promise<void> {
  const config = await loadConfig({
    path: options.config,
    needs: ['creative force', 'logins'],
  });
  const studio = openStudioClients(config, studioOf(named, task), options.config);
  await runInterruptible(async (signal) => {
    const progress = createExportProgress(process.stderr);
    const flavour = options.editorial === true ? 'editorial' : undefined;
    const taskId = await resolveTaskId(studio, { studio: named, task }, { config, signal });
    const read = await readBrief(studio, taskId, { flavour, signal });
    for (const warning of read.warnings) progress.log(warning);
    const sources = await readSources(studio, read.facts.task, signal);
    const names = namesFor(options.name, read, sources);
    const place = await openPlace(options.to);
    const workFolder = await mkdtemp(path.join(options.to, '.extpost-'));
    let bytes = 0;
    let done = 0;
    const show = (): void => {
      progress.fetched(done, names.length, bytes);
    };
    try {
      const kept = await storeInputs({
        place,
        folder: '',
        files: sources.wanted.map((input, index) => ({
          input,
          name: names[index] ?? input.id,
          bytes: sources.bytesOf(input),
        })),
        addressOf: (input, again) => sources.addressOf(input, again),
        freshAddresses: 2,
        workFolder,
        maxBytes: studio.maxBytes,
        allowLoopback: studio.allowLoopback,
        parallel: options.parallel ?? config.worker.transfersInParallel,
        signal,
        isPermanent: (error) => error instanceof RemoteCallError,
        overwrite: options.overwrite,
        withRetries: (work) => retryTransient(work, { signal }),
        onFile: (name, outcome) => {
          done += 1;
          progress.log(`${outcome.padEnd(8)} ${name}`);
          show();
        },
        onBytes: (more) => {
          bytes += more;
          show();
        },
      });
      await writeBrief(place, read, sources, names, kept);
      progress.finish();
      const got = `${pluralise(kept.fetched, 'file')} fetched (${formatBytes(bytes)}), ${kept.kept} already there`;
      console.log(`${options.to}: ${got}, ${kept.missing.length} missing. Begin with ${BRIEF_NAME}.`);
      if (kept.missing.length > 0) throw missingFilesError(kept.missing.map(({ name, why }) => ({ what: name, why })));
    } catch (error) {
      throw error instanceof StoreError ? failure(error.message) : error;
    } finally {
      progress.finish();
      await rm(workFolder, { recursive: true, force: true });
    }
  });
}

function namesFor(template: string, { facts }: BriefReading, { wanted }: InputSources): string[] {
  try {
    return nameInputs(template, facts.studio, facts.task, wanted);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw usageError(`--name cannot be used for this task: ${error.message}`);
  }
}

async function openPlace(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true });
  return createStore({ folder });
}

async function writeBrief(
  place: Store,
  { facts, annotations }: BriefReading,
  { wanted }: InputSources,
  names: readonly string[],
  { missing }: StoredInputs,
): Promise<void> {
  const lost = new Map(missing.map(({ input, why }) => [input, why]));
  const files = wanted.map((input, index) =>
    lost.has(input) ? { input, why: lost.get(input) } : { input, name: names[index] },
  );
  await place.put(BRIEF_NAME, Buffer.from(briefDocument({ facts, annotations, files })));
}
