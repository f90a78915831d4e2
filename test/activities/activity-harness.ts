import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { activityInfo, type Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

import type { ActivityStudio, Spool, SpoolLimits, Studios } from '../../activities';
import { createAddressSeal } from '../../activities/creative-force/address-seal';
import { RenderAddresses } from '../../activities/celtra/asset-address';
import { runActivity } from '../../activities/runtime/run-activity';
import { noPictures } from '../../activities/pictures/keep/picture-keeper';
import { decoderInThisProcess, type PictureDecoder } from '../../activities/pictures/process/picture-decoder';
import { fetchRender, type FetchRequest } from '../../activities/transfer/fetch-render';
import type { TransferRun } from '../../activities/transfer/transfer-run';
import type { CeltraClient, CreativeForceClient, Store } from '../../clients';
import type { RenderPolicy } from '../../domain/render/render-poll-state';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { aRecipe } from '../support/facts';
import { quickSettings } from '../support/fake-world';

/** An activity's surroundings without a server; what fails on purpose is not logged. */
export function anActivity(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') });
}

/** Runs one activity to its end. */
export function run<Argument, Result>(
  activity: (argument: Argument) => Promise<Result>,
  argument: Argument,
  environment = anActivity(),
): Promise<Result> {
  return environment.run<[Argument], Result, typeof activity>(activity, argument);
}

/** Runs one activity to its end and gives its failure; the test fails when it succeeds. */
export async function failureOf(work: () => Promise<unknown>, environment = anActivity()): Promise<ApplicationFailure> {
  try {
    await environment.run(work);
  } catch (error) {
    if (error instanceof ApplicationFailure) return error;
    throw error;
  }
  throw new Error('The activity should have failed, and it did not.');
}

type DecodingRun = TransferRun & {
  readonly decoder: PictureDecoder;
  readonly pictures: typeof noPictures;
  readonly uploads: Pick<Store, 'getStream' | 'place'>;
};

/** A function that transfers one file, as an activity of its own. */
export function asActivity<Request, Result>(
  transfer: (studios: Studios, spool: Spool, request: Request, run: DecodingRun) => Promise<Result>,
  studios: Studios,
  spool: Spool,
  uploads: DecodingRun['uploads'] = { place: 'nowhere', getStream: () => Promise.resolve(undefined) },
): (request: Request) => Promise<Result> {
  const decoder = decoderInThisProcess;
  return (request) =>
    runActivity((run) =>
      transfer(studios, spool, request, {
        ...run,
        decoder,
        pictures: noPictures,
        uploads,
        beganAt: 0,
        onStart: () => undefined,
      }),
    );
}

/** The fetch of one render, as an activity of its own. */
export function fetchingOne(
  studios: Studios,
  spool: Spool,
): (request: FetchRequest, sealed?: readonly string[]) => Promise<SpooledFile> {
  return (request, sealed = []) =>
    runActivity((run) => {
      const addresses = new RenderAddresses(studios, [request], run.signal, activityInfo().attempt === 1 ? sealed : []);
      const fetchRun = {
        ...run,
        decoder: decoderInThisProcess,
        pictures: noPictures,
        addresses,
        beganAt: 0,
        onStart: () => undefined,
      };
      return fetchRender(studios, spool, request, fetchRun);
    });
}

/** A spool with space for everything that a test brings. */
export const ampleLimits: SpoolLimits = {
  maxTotalBytes: 1e12,
  keepFree: 0,
  bytesInFlight: 1e9,
  filesInFlight: 4,
  clearAfterMs: 1e9,
};

/** Where a file of a spool is to lie, in a folder that is there. */
export async function placeIn(spool: Spool, taskId: string, fileId: string): Promise<string> {
  const place = spool.pathOf(taskId, fileId);
  await mkdir(path.dirname(place), { recursive: true });
  return place;
}

/** What an activity reports while it runs, in order. */
export function reportsOf(environment: MockActivityEnvironment): unknown[] {
  const reports: unknown[] = [];
  environment.on('heartbeat', (details: unknown) => reports.push(details));
  return reports;
}

/** Clients of which a test makes what it needs; any other call is a failure. */
export function aCreativeForceClient(changes: Partial<CreativeForceClient> = {}): CreativeForceClient {
  return {
    readTask: unexpected('readTask'),
    readAnnotations: unexpected('readAnnotations'),
    readInputAssets: unexpected('readInputAssets'),
    readAssetFiles: unexpected('readAssetFiles'),
    readFiles: unexpected('readFiles'),
    readSpecs: unexpected('readSpecs'),
    readJob: unexpected('readJob'),
    readProduct: unexpected('readProduct'),
    readProject: unexpected('readProject'),
    readDeliverable: unexpected('readDeliverable'),
    startTask: unexpected('startTask'),
    requestUploadAddresses: unexpected('requestUploadAddresses'),
    submitAssets: unexpected('submitAssets'),
    listTasks: unexpected('listTasks'),
    ...changes,
  };
}

export function aCeltraClient(
  exportOutputs: CeltraClient['exportOutputs'] = unexpected('exportOutputs'),
): Pick<CeltraClient, 'exportOutputs'> {
  return { exportOutputs };
}

/** Few of everything, so that a test needs few looks. */
export const quickRules: RenderPolicy = {
  erroredAgain: 2,
  finalErrors: ['Creative content is empty'],
  missingAnswers: 3,
  emptyAnswers: 2,
  pinVersion: true,
  outputsPerRequest: 50,
};

/** One studio, acme, as the only one that the worker knows. */
export function studiosWith(changes: Partial<ActivityStudio> = {}): Studios {
  const studio: ActivityStudio = {
    name: 'acme',
    creativeForce: aCreativeForceClient(),
    celtra: aCeltraClient(),
    recipes: [aRecipe],
    settings: quickSettings,
    seal: createAddressSeal('client-secret'),
    vendorId: 'vendor-1',
    listingPageSize: 50,
    celtraCaller: 'extpost',
    renderPace: { firstMs: 100, factor: 2, maxMs: 1_000 },
    renders: quickRules,
    maxRenderBytes: 10_000_000,
    allowLoopback: true,
    ...changes,
  };
  return new Map([[studio.name, studio]]);
}

/** A folder of its own for each test, removed afterwards. */
export function folderForEach(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-activities-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return () => folder;
}

function unexpected(call: string): () => Promise<never> {
  return () => Promise.reject(new Error(`Nobody expected ${call}.`));
}
