'use strict';
// Writes what a production install consists of, from the lock file: build/sbom.cdx.json (CycloneDX) and build/licences.txt.
// Not by "npm sbom": with --omit=dev it leaves out what a workspace needs for development, too, such as zod.
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const folder = process.argv[2] ?? path.join(root, 'build');
const { name, version, packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));

/** Packages that name no licence in their manifest but have one in their LICENSE file. */
const stated = { unionfs: 'Unlicense' };

/** Where Node finds a package from another one's place; undefined for an optional one that is not there. */
function placeOf(wanted, from) {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const candidate = place === '' ? `node_modules/${wanted}` : `${place}/node_modules/${wanted}`;
    if (packages[candidate] !== undefined) return candidate;
    if (place === '') return undefined;
  }
}

const found = new Set();
const waiting = [''];
for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
  const { dependencies, optionalDependencies, peerDependencies } = packages[place];
  for (const wanted of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const next = placeOf(wanted, place);
    if (next === undefined || found.has(next)) continue;
    found.add(next);
    waiting.push(next);
  }
}

const components = [...found].sort().map((place) => {
  const { version, integrity = '', license } = packages[place];
  const name = packages[place].name ?? place.split('node_modules/').at(-1);
  const [algorithm = '', digest = ''] = integrity.split('-', 2);
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    'bom-ref': place,
    hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }],
    licenses: [{ expression: license ?? stated[name] ?? '' }],
  };
});
const unknown = components.filter(({ licenses: [{ expression }] }) => expression === '');
if (unknown.length > 0) {
  const names = unknown.map(({ name }) => name).join(', ');
  console.error(`The lock file names no licence of ${names}: find it out before you ship that.`);
  process.exit(1);
}
const metadata = { component: { type: 'application', name, version, 'bom-ref': 'extpost' } };
const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata, components };
const lines = components.map(({ name, version, licenses: [{ expression }] }) => `${name}@${version}: ${expression}\n`);
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, undefined, 2)}\n`);
writeFileSync(path.join(folder, 'licences.txt'), lines.join(''));
