import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { isExpiredAddress, RemoteCallError, StoreError } from '../../clients';
import { briefDocument } from '../../domain/inputs/brief-document';
import { failureTypes } from '../../domain/shared/failure-type';
import { BRIEF_NAME, inputFolder, nameInputs } from '../../domain/inputs/input-names';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { Annotation } from '../../domain/task/task';
import { TemplateError } from '../../domain/recipe/template';
import { wantedInputs, type WantedInput } from '../../domain/inputs/wanted-inputs';
import type { FilesRead } from '../creative-force/creative-force-activities';
import { creativeTexts } from './creative-texts';
import { storeInputs, keyIn } from './store-inputs';
import type { PictureKeeper } from '../pictures/keep/picture-keeper';
import type { Planner } from '../planning/planning-work';
import { runActivity } from '../runtime/run-activity';
import { diskFullAsFailure, type SpoolCapacity } from '../transfer/spool-capacity';
import { getStudio, type InputSettings, type Studios } from '../runtime/studios';

/** Few, because renders use the same queue and are more urgent. */
const PARALLEL_FILES = 2;

export interface SaveInputsRequest {
  readonly facts: TaskFacts;
  /** Absent when the studio's role may not read them. */
  readonly annotations?: readonly Annotation[] | undefined;
  /** Results of `readAssetFiles` and `readFiles` for the wanted inputs. */
  readonly assets: FilesRead['found'];
  readonly files: FilesRead['found'];
  /** Skip files whose address is refused, instead of failing for fresh addresses. */
  readonly isLastTry?: boolean | undefined;
}

export interface SavedInputs {
  readonly place: string;
  readonly folder: string;
  readonly fetched: number;
  readonly kept: number;
  /** One sentence for each file. */
  readonly missing: readonly string[];
}

export interface InputWorkFolder {
  /** A folder of this worker alone, which is cleared when it starts. */
  readonly folder: string;
  readonly capacity?: SpoolCapacity | undefined;
  readonly pictures?: PictureKeeper | undefined;
  readonly planner?: Planner | undefined;
}

export function createInputActivities(studios: Studios, work: InputWorkFolder) {
  return {
    /** Resumes what an earlier attempt began. Fails with `AddressRefused` if it needs fresh addresses. */
    saveInputs: (request: SaveInputsRequest): Promise<SavedInputs> =>
      runActivity(async ({ signal, heartbeat }) => {
        const { facts, annotations } = request;
        const studio = getStudio(studios, facts.studio);
        const { inputs, seal, maxRenderBytes, allowLoopback = false } = studio;
        if (inputs === undefined) throw settingFailure(`Studio ${facts.studio} has no setting inputs (any more).`);
        const { wanted, names, folder } = planInputFiles(inputs, request);
        const sealedOf = new Map(
          [...request.assets, ...request.files].map(({ fileId, sealedUrl }) => [fileId.toLowerCase(), sealedUrl]),
        );
        let done = 0;
        await mkdir(work.folder, { recursive: true });
        const workFolder = await mkdtemp(path.join(work.folder, 'download-'));
        try {
          const { fetched, kept, missing } = await storeInputs({
            place: inputs.place,
            folder,
            files: wanted.map((input, index) => ({ input, name: names[index] ?? input.id, bytes: input.bytes })),
            freshAddresses: 0,
            addressOf: (input) => {
              const sealed = sealedOf.get(input.id.toLowerCase());
              if (sealed === undefined) return Promise.resolve(undefined);
              const address = seal.open(sealed, { taskId: facts.task.taskId, purpose: 'input' });
              return address === undefined ? Promise.reject(addressRefused()) : Promise.resolve(address);
            },
            workFolder,
            capacity: work.capacity,
            maxBytes: maxRenderBytes,
            allowLoopback,
            parallel: PARALLEL_FILES,
            signal,
            isPermanent: (error) => isPermanent(error) || (isExpiredAddress(error) && request.isLastTry === true),
            // A file with one of our names is ours, even if the manifest was lost.
            overwrite: true,
            onFetched: async (input, file) => {
              if (input.folder !== 'inputs') return;
              const task = { studio: studio.name, taskId: facts.task.taskId };
              await work.pictures?.keepFile(task, [{ kind: 'input', assetId: input.id }], file, studio.maxPixels);
            },
            onFile: (name, outcome) => {
              done += 1;
              heartbeat({ phase: 'inputs', files: done, of: wanted.length, last: `${outcome} ${name}` });
            },
          });
          const why = new Map(missing.map((file) => [file.input, file.why]));
          const brief = briefDocument({
            facts,
            annotations,
            texts: await creativeTexts(studio, facts, signal, work.planner),
            files: wanted.map((input, index) =>
              why.has(input) ? { input, why: why.get(input) } : { input, name: names[index] },
            ),
          });
          await inputs.place.put(keyIn(folder, BRIEF_NAME), Buffer.from(brief), { contentType: 'text/markdown' });
          const sentences = missing.map((file) => `${file.name}: ${file.why}`);
          return { place: inputs.place.place, folder, fetched, kept, missing: sentences };
        } catch (error) {
          if (error instanceof StoreError) throw ApplicationFailure.retryable(error.message, failureTypes.transient);
          throw isExpiredAddress(error) ? addressRefused() : diskFullAsFailure(error);
        } finally {
          await rm(workFolder, { recursive: true, force: true });
        }
      }),
  };
}

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

/** Whether neither another attempt nor a fresh address can help. */
function isPermanent(error: unknown): boolean {
  return error instanceof RemoteCallError && (error.kind === 'refused' || error.kind === 'contract');
}

function settingFailure(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, failureTypes.refused);
}

function addressRefused(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'The address of a file was refused, or its seal cannot be opened. Fresh ones are asked for.',
    failureTypes.addressRefused,
  );
}
