import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { projectFile, projectPath } from '../containers/compose-file';

const lockSchema = z.object({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), dev: z.boolean().optional() })),
});
const manifestSchema = z.object({ dependencies: z.record(z.string(), z.string()) });
const sbomSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).min(1),
    }),
  ),
});

/** What an image may hold without anybody being asked. */
const LICENCES =
  /^(MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|LGPL-3\.0-or-later|Unlicense|CC0-1\.0|CC-BY-4\.0|Python-2\.0|Artistic-2\.0|Zlib|\(|\)| |OR|AND|WITH|LLVM-exception)+$/;

let folder: string;
let sbom: z.output<typeof sbomSchema>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-sbom-'));
  execFileSync(process.execPath, [projectPath('tools/sbom.js'), folder]);
  sbom = sbomSchema.parse(JSON.parse(await readFile(path.join(folder, 'sbom.cdx.json'), 'utf8')));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the list of what ships', () => {
  it('has every direct dependency in its pinned version, with its hash', () => {
    const { dependencies } = manifestSchema.parse(JSON.parse(projectFile('package.json')));
    const listed = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
    const wanted = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
    expect(wanted.filter((one) => !listed.has(one))).toEqual([]);
  });

  it('has nothing that only development needs', () => {
    const { packages } = lockSchema.parse(JSON.parse(projectFile('package-lock.json')));
    const shipped = new Set(
      Object.entries(packages).flatMap(([place, { version, dev }]) =>
        dev === true ? [] : `${place.split('node_modules/').at(-1) ?? ''}@${version ?? ''}`,
      ),
    );
    const listed = sbom.components.map(({ name, version }) => `${name}@${version}`);
    expect(listed.filter((one) => !shipped.has(one))).toEqual([]);
    expect(listed.filter((one) => /^(jest|typescript|eslint|yazl)@/.test(one))).toEqual([]);
  });

  it('names the licence of everything, and none that asks for more than a notice', async () => {
    const lines = (await readFile(path.join(folder, 'licences.txt'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(sbom.components.length);
    expect(lines.filter((line) => !LICENCES.test(line.slice(line.indexOf(': ') + 2)))).toEqual([]);
  });
});

it('no package of the lock file may run a script when it is installed', () => {
  const { packages } = z
    .object({ packages: z.record(z.string(), z.looseObject({ hasInstallScript: z.boolean().optional() })) })
    .parse(JSON.parse(projectFile('package-lock.json')));
  const { allowScripts } = z
    .object({ allowScripts: z.record(z.string(), z.boolean()) })
    .parse(JSON.parse(projectFile('package.json')));
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const names = scripted.map(([place]) => place.split('node_modules/').at(-1) ?? '');
  expect(names.filter((name) => allowScripts[name] !== false && name !== 'fsevents')).toEqual([]);
});
