import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp from 'sharp';
import { z } from 'zod';

import { createInputActivities, createSpool, type Studios } from '../../../activities';
import type { InputWorkFolder } from '../../../activities/inputs/input-activities';
import type { TaskReference } from '../../../domain/task/task';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { startQuickSandbox } from '../../sandbox/start';
import { firstTask, keepingStudios, saveInputs } from './inputs-harness';
import { failureOf, folderForEach, studiosWith } from '../activity-harness';

const folder = folderForEach();
const calls = z.array(z.looseObject({ kind: z.string(), endpoint: z.string().optional() }));
let sandbox: Sandbox;

async function begin(options: SandboxOptions = {}) {
  sandbox = await startQuickSandbox({ seed: 'inputs', ...options });
  return firstTask(sandbox);
}

afterEach(async () => {
  await sandbox.stop();
});

const work = () => ({ folder: path.join(folder(), 'work') });

/** As the worker does it. */
function save(studios: Studios, task: TaskReference, changes: { isLastTry?: boolean; work?: InputWorkFolder } = {}) {
  return saveInputs(studios, task, { work: work(), ...changes });
}

async function filesIn(place = path.join(folder(), 'place')): Promise<string[]> {
  const found = await readdir(place, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(place, path.join(parentPath, name)))
    .sort();
}

/** Calls that the sandbox has seen at an endpoint. */
async function seen(endpoint: string): Promise<number> {
  const answer = await fetch(`${sandbox.controlUrl}/events`);
  return calls.parse(await answer.json()).filter((event) => event.endpoint === endpoint).length;
}

describe('saveInputs', () => {
  it('puts every picture and file of a task where the setting says, with a brief and a manifest', async () => {
    const task = await begin();
    const { request, saved } = await save(keepingStudios(sandbox, folder()), task);
    const result = await saved();
    expect(result).toMatchObject({ kept: 0, missing: [], place: path.join(folder(), 'place') });
    expect(result.fetched).toBe(request.assets.length + request.files.length);
    const files = await filesIn();
    expect(files).toHaveLength(result.fetched + 2);
    expect(files).toContain(path.join(result.folder, 'brief.md'));
    expect(files).toContain(path.join(result.folder, 'manifest.json'));
  });

  it('keeps pictures whole', async () => {
    const task = await begin();
    await (await save(keepingStudios(sandbox, folder()), task)).saved();
    const picture = (await filesIn()).find((name) => name.endsWith('.tif')) ?? '';
    const { width, format } = await sharp(path.join(folder(), 'place', picture)).metadata();
    expect({ width, format }).toEqual({ width: 800, format: 'tiff' });
  });

  it('fetches nothing twice', async () => {
    const task = await begin();
    const { saved } = await save(keepingStudios(sandbox, folder()), task);
    const first = await saved();
    expect(await saved()).toMatchObject({ fetched: 0, kept: first.fetched });
  });

  it('fetches again what is gone, and what has other bytes by now', async () => {
    const task = await begin();
    const { saved } = await save(keepingStudios(sandbox, folder()), task);
    const { fetched } = await saved();
    const [one = '', other = ''] = (await filesIn()).filter((name) => !/brief|manifest/.test(name));
    await rm(path.join(folder(), 'place', one));
    await writeFile(path.join(folder(), 'place', other), 'changed');
    expect(await saved()).toMatchObject({ fetched: 2, kept: fetched - 2 });
  });

  it('goes on where an attempt stopped that failed halfway', async () => {
    const task = await begin({ faults: [{ endpoint: 'getFile', answer: 'statusCode', status: 503, skip: 2 }] });
    const { request, saved } = await save(keepingStudios(sandbox, folder()), task);
    expect((await failureOf(saved)).type).toBe('Transient');
    const result = await saved();
    expect(result.fetched + result.kept).toBe(request.assets.length + request.files.length);
    expect(result.kept).toBeGreaterThanOrEqual(1);
  });

  it('asks for fresh addresses when one has expired', async () => {
    const task = await begin({ store: { readLifetimeSeconds: 0 } });
    const { saved } = await save(keepingStudios(sandbox, folder()), task);
    const failure = await failureOf(saved);
    expect(failure).toMatchObject({ type: 'AddressRefused', nonRetryable: true });
  });

  it('does without such a file in the last try, and says so in the brief', async () => {
    const task = await begin({ store: { readLifetimeSeconds: 0 } });
    const { request, saved } = await save(keepingStudios(sandbox, folder()), task, { isLastTry: true });
    const result = await saved();
    expect(result.missing).toHaveLength(request.assets.length + request.files.length);
    const brief = await readFile(path.join(folder(), 'place', result.folder, 'brief.md'), 'utf8');
    expect(brief).toContain('## Not here');
  });

  it('does without a file that is larger than the worker takes', async () => {
    const task = await begin();
    const { saved } = await save(keepingStudios(sandbox, folder(), { maxRenderBytes: 20_000 }), task);
    const { missing, fetched } = await saved();
    expect(missing.length).toBeGreaterThan(0);
    expect(missing[0]).toContain('more than the 20000 bytes');
    expect(fetched).toBeGreaterThan(0);
  });

  it('waits with a reason while there is no space in the spool folder that they pass through', async () => {
    const task = await begin();
    const limits = { maxTotalBytes: 1e12, keepFree: 1e18, bytesInFlight: 1, filesInFlight: 4, clearAfterMs: 1e9 };
    const { capacity } = createSpool(folder(), 'queue', limits);
    const { saved } = await save(keepingStudios(sandbox, folder()), task, { work: { ...work(), capacity } });
    expect(await failureOf(saved)).toMatchObject({ type: 'SpoolFull', nonRetryable: false });
    expect(existsSync(path.join(folder(), 'place'))).toBe(false);
  });

  it('asks Creative Force nothing: that is the gateway queue’s work', async () => {
    const task = await begin();
    const { saved } = await save(keepingStudios(sandbox, folder()), task);
    const before = await Promise.all(['getTask', 'bulkGetAssets', 'bulkGetFiles'].map(seen));
    await saved();
    expect(await Promise.all(['getTask', 'bulkGetAssets', 'bulkGetFiles'].map(seen))).toEqual(before);
  });

  it('leaves nothing under way behind, and no signature in what it wrote', async () => {
    const task = await begin();
    await (await save(keepingStudios(sandbox, folder()), task)).saved();
    expect(await readdir(path.join(folder(), 'work'))).toEqual([]);
    for (const name of (await filesIn()).filter((each) => /brief|manifest/.test(each))) {
      expect(await readFile(path.join(folder(), 'place', name), 'utf8')).not.toMatch(/X-Amz|127\.0\.0\.1/);
    }
  });

  it('explains that the names of the setting do not fit the task', async () => {
    const task = await begin();
    const studios = keepingStudios(sandbox, folder());
    const inputs = studios.get('acme')?.inputs;
    if (inputs === undefined) throw new Error('There should be a setting.');
    const { saved } = await save(
      keepingStudios(sandbox, folder(), { inputs: { ...inputs, name: '{{ nobody }}' } }),
      task,
    );
    expect(await failureOf(saved)).toMatchObject({ nonRetryable: true, message: expect.stringContaining('nobody') });
  });

  it('fails without a retry when the studio no longer has such a setting', async () => {
    const task = await begin();
    const { request } = await save(keepingStudios(sandbox, folder()), task);
    const { saveInputs: without } = createInputActivities(studiosWith(), work());
    expect(await failureOf(() => without(request))).toMatchObject({ nonRetryable: true });
  });
});
