import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DefaultLogger } from '@temporalio/worker';

import { requireWorkflowBundle, writeWorkflowBundle } from '../../../workers/bundle/workflow-bundle';

let folder: string;
let code: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-bundle-'));
  const target = path.join(folder, 'build', 'bundle.js');
  await writeWorkflowBundle(target, new DefaultLogger('WARN'));
  code = await readFile(target, 'utf8');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The modules in the bundle, as webpack names them. */
const modules = () => [...new Set([...code.matchAll(/^\/\*\*\*\/ "(\.\/[^"]+)"/gm)].map(([, name]) => name ?? ''))];

describe('the workflow bundle', () => {
  it('holds the workflows', () => {
    expect(modules()).toEqual(
      expect.arrayContaining(['./workflows/external-post-task.ts', './workflows/listing-sweep.ts']),
    );
  });

  it('holds of ours only workflows/ and domain/', () => {
    const ours = modules().filter((name) => !name.startsWith('./node_modules/'));
    expect(ours.filter((name) => !/^\.\/(workflows|domain)\//.test(name))).toEqual([]);
  });

  it('holds no library but Temporal’s own and one pure hash, for each costs memory in every workflow and may be non-deterministic', () => {
    const libraries = modules().flatMap((name) => /^\.\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? []);
    const known = /^(@temporalio\/(common|workflow)|nexus-rpc|long|ms|@noble\/hashes)$/;
    expect([...new Set(libraries)].filter((name) => !known.test(name))).toEqual([]);
  });

  it('appears whole: nothing temporary is left beside it', async () => {
    expect(await readdir(path.join(folder, 'build'))).toEqual(['bundle.js']);
  });

  it('is asked for with a hint when it was never built', () => {
    const missing = path.join(folder, 'nowhere.js');
    expect(() => requireWorkflowBundle(missing)).toThrow(
      `There is no workflow bundle at ${missing}. Run "npm run build" first.`,
    );
  });
});
