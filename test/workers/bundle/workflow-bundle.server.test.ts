import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { requireWorkflowBundle } from '../../../workers/bundle/workflow-bundle';

const bundle = process.env['EXTPOST_TEST_BUNDLE'] ?? '';
const code = readFileSync(bundle, 'utf8');

/** The modules in the bundle, as webpack names them: the built ones of ours, and libraries. */
const modules = [
  ...new Set([...code.matchAll(/^\/\*\*\*\/ "(\.\/[^"]+)"/gm)].map(([, name = '']) => name.replace('./build/', './'))),
];

describe('the workflow bundle', () => {
  it('holds the workflows', () => {
    expect(modules).toEqual(
      expect.arrayContaining([
        './workflows/external-post-task/external-post-task.js',
        './workflows/listing-sweep/listing-sweep.js',
      ]),
    );
  });

  it('holds of ours only workflows/ and domain/', () => {
    const ours = modules.filter((name) => !name.startsWith('./node_modules/'));
    expect(ours.filter((name) => !/^\.\/(workflows|domain)\//.test(name))).toEqual([]);
  });

  it('holds no library but Temporal’s own and one pure hash, for each costs memory in every workflow and may be non-deterministic', () => {
    const libraries = modules.flatMap((name) => /^\.\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? []);
    const known = /^(@temporalio\/(common|workflow)|nexus-rpc|long|ms|@noble\/hashes)$/;
    expect([...new Set(libraries)].filter((name) => !known.test(name))).toEqual([]);
  });

  it('appears whole: nothing temporary is left beside it', async () => {
    const names = await readdir(path.dirname(bundle));
    expect(names.filter((name) => name.startsWith('workflow-bundle'))).toEqual(['workflow-bundle.js']);
  });

  it('is asked for with a hint when it was never built', () => {
    const missing = path.join(path.dirname(bundle), 'nowhere.js');
    expect(() => requireWorkflowBundle(missing)).toThrow(
      `There is no workflow bundle at ${missing}. Run "npm run build" first.`,
    );
  });
});
