import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { RemoteCallError, StoreError } from '../../clients';
import { briefDocument } from '../../domain/inputs/brief-document';
import { failureTypes } from '../../domain/shared/failure-type';
import { BRIEF_NAME, inputFolder, nameInputs } from '../../domain/inputs/input-names';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { Annotation } from '../../domain/task/task';
import { TemplateError } from '../../domain/recipe/template';
import { wantedInputs, type WantedInput } from '../../domain/inputs/wanted-inputs';
import type { FilesRead } from '../creative-force/creative-force-activities';
import { isExpiredAddress, storeInputs, keyIn } from './store-inputs';
import { runActivity } from '../runtime/run-activity';
import { diskFullAsFailure, type SpoolCapacity } from '../transfer/spool-capacity';
import { getStudio, type InputSettings, type Studios } from '../runtime/studios';

/** Files at the same time; they share the transfer queue with renders, which come first. */
const PARALLEL = 2;

export interface SaveInputsRequest {
  readonly facts: TaskFacts;
  /** Absent when the studio's role may not read them. */
  readonly annotations?: readonly Annotation[] | undefined;
  /** Answers of `readAssetFiles` for the wanted assets, and of `readFiles` for the wanted files; addresses sealed. */
  readonly assets: FilesRead['found'];
  readonly files: FilesRead['found'];
  /** Do without files whose address is refused, instead of asking for fresh ones. */
  readonly isLastTry?: boolean | undefined;
}

export interface SavedInputs {
  /** Where they lie, for people: the place, and the folder in it. */
  readonly place: string;
  readonly folder: string;
  readonly fetched: number;
  readonly kept: number;
  /** In words, file by file. */
  readonly missing: readonly string[];
}

/** Where files lie between Creative Force's store and the designers' place. */
export interface InputWorkFolder {
  /** A folder of this worker alone, cleared when it starts. */
  readonly folder: string;
  readonly capacity?: SpoolCapacity | undefined;
}

/** What designers get without asking: on the transfer queue, like all that moves files. */
export function createInputActivities(studios: Studios, work: InputWorkFolder) {
  return {
    /**
     * Puts a task's pictures, reference files and brief where the studio's setting says. Goes on where an earlier attempt
     * stopped, and fetches nothing twice. Fails with `AddressRefused` when fresh addresses are needed.
     */
    saveInputs: (request: SaveInputsRequest): Promise<SavedInputs> =>
      runActivity(async ({ signal, heartbeat }) => {
        const { facts, annotations } = request;
        const { inputs, seal, maxRenderBytes, allowLoopback = false } = getStudio(studios, facts.studio);
        if (inputs === undefined) throw settingFailure(`Studio ${facts.studio} has no setting inputs (any more).`);
        const { wanted, names, folder } = planInputFiles(inputs, request);
        const sealedOf = new Map(
          [...request.assets, ...request.files].map(({ fileId, sealedUrl }) => [fileId.toLowerCase(), sealedUrl]),
        );
        let done = 0;
        await mkdir(work.folder, { recursive: true });
        const workFolder = await mkdtemp(path.join(work.folder, 'download-'));
        try {
          const { fetched, kept, losses } = await storeInputs({
            place: inputs.place,
            folder,
            files: wanted.map((input, index) => ({ input, name: names[index] ?? input.id, bytes: input.bytes })),
            freshAddresses: 0,
            addressOf: (input) => {
              const sealed = sealedOf.get(input.id.toLowerCase());
              return Promise.resolve(sealed === undefined ? undefined : seal.unsealText(sealed));
            },
            workFolder,
            capacity: work.capacity,
            maxBytes: maxRenderBytes,
            allowLoopback,
            parallel: PARALLEL,
            signal,
            isPermanent: (error) => isPermanent(error) || (isExpiredAddress(error) && request.isLastTry === true),
            // What lies in a place of ours under a name of ours is ours: an earlier manifest may have been lost.
            overwrite: true,
            onFile: (name, outcome) => {
              done += 1;
              heartbeat({ phase: 'inputs', files: done, of: wanted.length, last: `${outcome} ${name}` });
            },
          });
          const why = new Map(losses.map((loss) => [loss.input, loss.why]));
          const brief = briefDocument({
            facts,
            annotations,
            files: wanted.map((input, index) =>
              why.has(input) ? { input, why: why.get(input) } : { input, name: names[index] },
            ),
          });
          await inputs.place.put(keyIn(folder, BRIEF_NAME), Buffer.from(brief), { contentType: 'text/markdown' });
          const missing = losses.map((loss) => `${loss.name}: ${loss.why}`);
          return { place: inputs.place.place, folder, fetched, kept, missing };
        } catch (error) {
          if (error instanceof StoreError) throw ApplicationFailure.retryable(error.message, failureTypes.transient);
          throw isExpiredAddress(error) ? addressRefused() : diskFullAsFailure(error);
        } finally {
          await rm(workFolder, { recursive: true, force: true });
        }
      }),
  };
}

/** The wanted files as Creative Force now describes them, and the names that the setting gives them. */
function planInputFiles(
  inputs: InputSettings,
  { facts, assets, files }: SaveInputsRequest,
): { wanted: (WantedInput & { bytes?: number | undefined })[]; names: string[]; folder: string } {
  const { studio, task } = facts;
  const described = new Map([...assets, ...files].map((file) => [file.fileId.toLowerCase(), file]));
  const wanted = wantedInputs(task).map((input) => {
    const file = described.get(input.id.toLowerCase());
    return { ...input, fileName: file?.fileName ?? input.fileName, bytes: file?.bytes };
  });
  try {
    return {
      wanted,
      names: nameInputs(inputs.name, studio, task, wanted),
      folder: inputFolder(inputs.folder, studio, task),
    };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw settingFailure(`The setting inputs of studio ${studio} cannot be used for this task: ${error.message}`);
  }
}

/** Another attempt may heal what is transient, a fresh address what was refused; nothing heals the rest. */
function isPermanent(error: unknown): boolean {
  return error instanceof RemoteCallError && (error.kind === 'refused' || error.kind === 'contract');
}

function settingFailure(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failureTypes.refused);
}

function addressRefused(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'The address of a file was refused: it has expired. Fresh ones are asked for.',
    failureTypes.addressRefused,
  );
}
