import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { keepInputs, type KeptInputs } from '../../activities';
import { createStore, RemoteCallError, StoreError, type Store } from '../../clients';
import { loadConfig } from '../../config';
import { briefDocument } from '../../domain/brief-document';
import { BRIEF_NAME, nameInputs } from '../../domain/input-names';
import { TemplateError } from '../../domain/template';
import { counted } from '../../domain/words';
import { byHand } from '../celtra/by-hand';
import { lossesError } from '../celtra/losses';
import { persist } from '../celtra/persist';
import { createProgress, sizeInWords } from '../celtra/progress';
import { CommandError, exitCodes } from '../exit-codes';
import { planStudio } from '../plan/plan-studio';
import { readTask, type ReadTask } from '../plan/read-task';
import { readSources, type InputSources } from './input-sources';

export interface InputsOptions {
  readonly config: string;
  readonly to: string;
  readonly name: string;
  readonly editorial?: true;
  readonly overwrite?: true;
  readonly parallel?: number;
}

/** `extpost task inputs`: progress goes to stderr, one line of what became of it to stdout. */
export async function fetchInputs(studioName: string, taskId: string, options: InputsOptions): Promise<void> {
  const config = await loadConfig({ path: options.config, environment: process.env });
  const studio = planStudio(config, studioName, options.config);
  await byHand(async (signal) => {
    const progress = createProgress(process.stderr);
    const flavour = options.editorial === true ? 'editorial' : undefined;
    const read = await readTask(studio, taskId.toLowerCase(), { flavour, signal });
    for (const remark of read.remarks) progress.say(remark);
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
      const kept = await keepInputs({
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
        isLost: (error) => error instanceof RemoteCallError,
        overwrite: options.overwrite,
        persist: (act) => persist(act, { signal }),
        onFile: (name, outcome) => {
          done += 1;
          progress.say(`${outcome.padEnd(8)} ${name}`);
          show();
        },
        onBytes: (more) => {
          bytes += more;
          show();
        },
      });
      await writeBrief(place, read, sources, names, kept);
      progress.finish();
      const got = `${counted(kept.fetched, 'file')} fetched (${sizeInWords(bytes)}), ${kept.kept} already there`;
      console.log(`${options.to}: ${got}, ${kept.losses.length} missing. Begin with ${BRIEF_NAME}.`);
      if (kept.losses.length > 0) throw lossesError(kept.losses.map(({ name, why }) => ({ what: name, why })));
    } catch (error) {
      throw error instanceof StoreError ? new CommandError(error.message, exitCodes.failed) : error;
    } finally {
      progress.finish();
      await rm(workFolder, { recursive: true, force: true });
    }
  });
}

function namesFor(template: string, { facts }: ReadTask, { wanted }: InputSources): string[] {
  try {
    return nameInputs(template, facts.studio, facts.task, wanted);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new CommandError(`--name cannot be used for this task: ${error.message}`, exitCodes.wrongUse);
  }
}

async function openPlace(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true });
  return createStore({ folder });
}

async function writeBrief(
  place: Store,
  { facts, annotations }: ReadTask,
  { wanted }: InputSources,
  names: readonly string[],
  { losses }: KeptInputs,
): Promise<void> {
  const lost = new Map(losses.map(({ input, why }) => [input, why]));
  const files = wanted.map((input, index) =>
    lost.has(input) ? { input, why: lost.get(input) } : { input, name: names[index] },
  );
  await place.put(BRIEF_NAME, Buffer.from(briefDocument({ facts, annotations, files })));
}
