// "npm run site": builds the documents as a site in site/build. Fails for a link that leads nowhere, a diagram that cannot be
// drawn, a page that loads something from another host, and when it takes too long.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

import { build } from 'vitepress';

import { diagrams } from './diagrams.js';

const LONGEST_SECONDS = 300;
const built = path.join(import.meta.dirname, 'build');

const tooLate = setTimeout(() => {
  console.error(`The site was not built within ${LONGEST_SECONDS} s.`);
  process.exit(1);
}, LONGEST_SECONDS * 1000);

await build(import.meta.dirname);
const faults = [...(await brokenDiagrams()), ...foreignAddresses()];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
clearTimeout(tooLate);

/** Parses each diagram with the library that will draw it, which is a script for browsers. */
async function brokenDiagrams() {
  const library = createRequire(import.meta.url).resolve('@mermaid-js/tiny');
  vm.runInThisContext(readFileSync(library, 'utf8'), { filename: library });
  const { mermaid } = globalThis;
  const results = await Promise.all(
    diagrams.map(({ page, source }) =>
      mermaid.parse(source).then(
        () => [],
        (error) => [`${page}: a diagram cannot be drawn: ${error.message}`],
      ),
    ),
  );
  return results.flat();
}

/** Pages that load a script, a style or a picture from elsewhere. Links that a reader follows may lead anywhere. */
function foreignAddresses() {
  return readdirSync(built, { recursive: true })
    .filter((file) => file.endsWith('.html'))
    .flatMap((file) => {
      const loaded = readFileSync(path.join(built, file), 'utf8').matchAll(
        /<(?:script|link|img|iframe)\b[^>]*(?:src|href)="((?:https?:)?\/\/[^"]*)"/g,
      );
      return [...loaded].map(([, address]) => `${file}: loads ${address} from another host.`);
    });
}
