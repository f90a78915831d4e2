import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const repository = path.resolve(__dirname, '../..');
/** Folders that hold no source of a layer. */
const noLayers = /^(\.|build$|coverage$|node_modules$|test$)/;
const layers = readdirSync(repository, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !noLayers.test(entry.name))
  .map(({ name }) => name)
  .filter((name) => sourcesOf(name).length > 0);

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  /** A workspace of this repository. */
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}
const lockText = readFileSync(path.join(repository, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(lockText) as Lock;
/** Where a package is installed, with its version. */
const copiesOf = (isWanted: (name: string) => boolean) =>
  Object.entries(packages).flatMap(([place, { version }]) => {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return isWanted(name) ? [{ place, name, version: version ?? '' }] : [];
  });

/** Every source file of a layer, with its text. */
function sourcesOf(layer: string): { file: string; text: string }[] {
  return readdirSync(path.join(repository, layer), { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) return [];
    const file = path.join(entry.parentPath, entry.name);
    return [{ file: path.relative(repository, file), text: readFileSync(file, 'utf8') }];
  });
}

describe('the installed packages', () => {
  it('hold all of Temporal in one version, for its parts refuse or misread one another otherwise', () => {
    const temporals = copiesOf((name) => name.startsWith('@temporalio/'));
    expect(temporals.length).toBeGreaterThan(6);
    expect(new Set(temporals.map(({ version }) => version)).size).toBe(1);
  });

  it('hold each part of Temporal once', () => {
    const places = copiesOf((name) => name.startsWith('@temporalio/')).map(({ place }) => place);
    expect(places.filter((place) => place.lastIndexOf('node_modules/') > 0)).toEqual([]);
  });

  it('hold one protobufjs 8 for all of Temporal, because histories cannot be read across copies', () => {
    const eights = copiesOf((name) => name === 'protobufjs').filter(({ version }) => version.startsWith('8.'));
    expect(eights.map(({ place }) => place)).toEqual(['node_modules/protobufjs']);
  });

  it('name every optional package that one of them asks for, else npm ci refuses the lock file', () => {
    const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => copiesOf((known) => known === name).length === 0)).toEqual([]);
  });

  it('are the same whatever registry they came from', () => {
    const addresses = Object.values(packages).filter(({ resolved, link }) => resolved !== undefined && link !== true);
    expect(addresses).toEqual([]);
    expect(lockText).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });
});

describe('the workspaces', () => {
  interface Manifest {
    readonly workspaces?: readonly string[];
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  }
  const manifestOf = (folder: string): Manifest =>
    JSON.parse(readFileSync(path.join(repository, folder, 'package.json'), 'utf8')) as Manifest;
  const product = manifestOf('.');
  const used = (name: string): boolean =>
    layers
      .filter((layer) => !product.workspaces?.includes(layer))
      .some((layer) => sourcesOf(layer).some(({ text }) => new RegExp(`from '${name}['/]`).test(text)));

  it.each(product.workspaces ?? [])(
    '%s has the version of extpost, and its packages in the versions of extpost',
    (name) => {
      const { version, dependencies, devDependencies } = manifestOf(name);
      const known = { ...product.devDependencies, ...product.dependencies };
      const others = Object.entries({ ...dependencies, ...devDependencies }).filter(
        ([dependency, wanted]) => (known[dependency] ?? wanted) !== wanted,
      );
      expect([version, others]).toEqual([product.version, []]);
    },
  );

  it('keep to themselves what only they need', () => {
    const onlyTheirs = Object.keys(manifestOf('sandbox').dependencies).filter((name) => !used(name));
    expect(onlyTheirs.length).toBeGreaterThan(3);
    expect(onlyTheirs.filter((name) => name in product.dependencies)).toEqual([]);
  });
});

describe('the source', () => {
  it('is found', () => {
    expect(layers).toEqual(expect.arrayContaining(['activities', 'clients', 'domain', 'sandbox', 'workflows']));
  });

  it.each(layers)('of %s/ knows nothing of the machine it was written on', (layer) => {
    const sources = sourcesOf(layer);
    expect(sources.filter(({ text }) => text.includes('/work/') || /\/(home|Users)\/\w/.test(text))).toEqual([]);
  });

  it.each(layers)('of %s/ bypasses no check of the compiler or the linter', (layer) => {
    const bypasses = /@ts-(ignore|nocheck|expect-error)|(es|ox)lint-disable|prettier-ignore/;
    expect(
      sourcesOf(layer)
        .filter(({ text }) => bypasses.test(text))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  it.each(layers)('of %s/ imports no other layer in a way that the linter does not see', (layer) => {
    const imports = /\b(?:import|require)\(\s*['"`](\.[^'"`]*)/g;
    const imported = sourcesOf(layer).flatMap(({ file, text }) =>
      [...text.matchAll(imports)].map(([, name = '']) => path.join(path.dirname(file), name)),
    );
    expect(imported.filter((file) => !file.startsWith(layer + path.sep))).toEqual([]);
  });
});
