import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '..');

/** The guides by reader, in the order in which they are read. Everything in docs/reference and docs/decisions is listed without being named here. */
const guides = {
  Coordinators: ['board', 'notifications', 'operating'],
  Producers: ['recipes', 'recipe-patterns', 'celtra', 'inputs'],
  Operations: ['going-live', 'try-compose', 'kubernetes', 'configuration', 'login', 'delivery', 'audit', 'sandbox'],
};

/** The side bar: a group for each kind of reader, then reference and development. Throws for a guide that is in no group. */
export function sidebar() {
  const grouped = Object.values(guides).flat();
  const forgotten = documentsIn('docs').filter((name) => !grouped.includes(name));
  if (forgotten.length > 0) {
    throw new Error(`docs/${forgotten[0]}.md is in no group of site/pages.js, so nobody would find it: add it.`);
  }
  return [
    { text: 'extpost', link: '/' },
    ...Object.entries(guides).map(([text, names]) => group(text, 'docs', names)),
    { ...group('Reference', 'docs/reference', documentsIn('docs/reference')), collapsed: true },
    {
      text: 'Development',
      collapsed: true,
      items: [
        ...['ARCHITECTURE', 'CONTRIBUTING', 'CHANGELOG', 'SECURITY'].map((name) => page(name)),
        page('docs/decisions/README', '/docs/decisions/'),
        page('sandbox/README', '/sandbox/'),
      ],
    },
  ];
}

function group(text, folder, names) {
  return { text, collapsed: false, items: names.map((name) => page(`${folder}/${name}`)) };
}

/** An entry with the heading of the document as its text. */
function page(name, link = `/${name}`) {
  const [, heading] = /^# (.+)$/m.exec(readFileSync(path.join(repository, `${name}.md`), 'utf8')) ?? [];
  return { text: (heading ?? name).replaceAll('`', ''), link };
}

function documentsIn(folder) {
  return readdirSync(path.join(repository, folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.slice(0, -'.md'.length))
    .toSorted();
}
