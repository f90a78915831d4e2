import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');
/** Imports that are there when the program runs; those inside functions come later, and types not at all. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\sfrom\s+)?'([^']+)';/gm;

/** All that a file loads, by way of other files: our own as paths, packages by name. */
function loadedBy(entry: string): Set<string> {
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, name = ''] of readFileSync(path.join(root, file), 'utf8').matchAll(IMPORT)) {
      if (name.startsWith('.')) visit(fileOf(path.join(path.dirname(file), name)));
      else loaded.add(name);
    }
  };
  visit(entry);
  return loaded;
}

function fileOf(place: string): string {
  const base = place.replace(/\.js$/, '');
  return existsSync(path.join(root, `${base}.ts`)) ? `${base}.ts` : path.join(base, 'index.ts');
}

describe('The process of a worker', () => {
  it('does not load what decodes pictures, which takes 10 MB and belongs into processes of its own', () => {
    const loaded = loadedBy('workers/run-workers.ts');
    expect(loaded).toContain('activities/pictures/process/decoder-processes.ts');
    expect(loaded).not.toContain('sharp');
  });

  it('would be seen to load it by way of another file', () => {
    expect(loadedBy('activities/pictures/process/picture-process.ts')).toContain('sharp');
  });
});
