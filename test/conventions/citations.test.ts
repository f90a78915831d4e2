import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const repository = path.resolve(__dirname, '../..');
/** Installed, generated or recorded files, in which no text is ours. */
const skippedFolders = new Set(['node_modules', 'build', 'coverage', 'histories', 'sweeps', 'fixtures']);
/** A file that extpost writes for designers, not a document. */
const deliveredBrief = 'brief.md';
const topFolders = new Set(readdirSync(repository).filter((name) => !skippedFolders.has(name) && !name.includes('.')));
const sourceFile = /\.(ts|js|mjs|sh|ya?ml)$/;

/** The citations of a file that lead nowhere, as `file: citation`. `file` is relative to the repository. */
function brokenCitations(file: string, text: string): string[] {
  const citations = file.endsWith('.md') ? linksOf(text) : citationsOf(text);
  return citations.filter((citation) => !resolves(file, citation)).map((citation) => `${file}: ${citation}`);
}

/** Links of a Markdown text that do not lead to another host, and files of this repository that it names in code marks. */
function linksOf(text: string): string[] {
  const prose = withoutCode(text);
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const files = [...prose.matchAll(/`((?:[a-z][\w-]*\/)+[\w.-]*)`/g)].map(([, file = '']) => `/${file}`);
  return [
    ...links.filter((target) => !/^[a-z]+:/.test(target)),
    ...files.filter((file) => {
      const folders = file.split('/').slice(1);
      return topFolders.has(folders[0] ?? '') && !folders.some((folder) => skippedFolders.has(folder));
    }),
  ];
}

/**
 * What a source file cites: documents below `docs/` and at the top anywhere in its text, any document in its comments, and
 * section numbers, which no document of ours has. What is cited from an RFC or ECMA-262 keeps its section number.
 */
function citationsOf(text: string): string[] {
  const comments = text.match(/^ *(\/?\*|\/\/|#).*$|\/\/ .*$/gm)?.join('\n') ?? '';
  const documents = [
    ...(text.match(/(?<![\w./-])(docs\/[\w/-]+|[A-Z]{4,})\.md(?!\w)(#[\w-]*)?/g) ?? []),
    ...(comments.match(/(?<![\w./*-])(?!docs\/|[A-Z]{4,})[\w./-]*\.md(?!\w)(#[\w-]*)?/g) ?? []),
  ];
  const sections = comments.replaceAll(/(RFC \d+|ECMA-262)\s(\*\s|\/\/\s)?§[\d.]+/g, '').match(/§\s?[\d.]+/g) ?? [];
  return [...documents.filter((name) => path.basename(name) !== deliveredBrief), ...sections];
}

function resolves(file: string, citation: string): boolean {
  const [name = '', anchor] = citation.split('#');
  if (name.startsWith('/')) return existsSync(path.join(repository, name));
  const places = [path.join(repository, path.dirname(file), name)];
  // Code cites from the root of the repository, wherever the code lies.
  if (!file.endsWith('.md')) places.push(path.join(repository, name));
  const target = name === '' ? path.join(repository, file) : places.find((place) => existsSync(place));
  if (target === undefined) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(readFileSync(target, 'utf8')).has(anchor);
}

/** The anchors that GitHub gives to headings, and those that a text sets itself. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading, id] of withoutCode(text).matchAll(/^#{1,6} (.+)$|<a id="([^"]+)">/gm)) {
    const slug = id ?? slugOf(heading ?? '');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

function slugOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *(```|~~~)[\s\S]*?^ *\1/gm, '');
}

/** All files below a folder of the repository for which `isWanted` holds, relative to the repository. */
function filesBelow(folder: string, isWanted: (name: string) => boolean): string[] {
  return readdirSync(path.join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return skippedFolders.has(entry.name) || entry.name.startsWith('.') ? [] : filesBelow(file, isWanted);
    }
    return isWanted(entry.name) ? [file] : [];
  });
}

const brokenIn = (files: readonly string[]) =>
  files.flatMap((file) => brokenCitations(file, readFileSync(path.join(repository, file), 'utf8')));

describe('citations', () => {
  it('in code and comments lead to a document and an anchor of the repository', () => {
    const files = filesBelow('.', (name) => sourceFile.test(name)).filter(
      (file) => file !== path.relative(repository, __filename),
    );
    expect(files.length).toBeGreaterThan(400);
    expect(brokenIn(files)).toEqual([]);
  });

  it('in documents lead to a file and an anchor of the repository', () => {
    const files = filesBelow('.', (name) => name.endsWith('.md'));
    expect(files).toEqual(expect.arrayContaining(['ARCHITECTURE.md', 'docs/reference/celtra.md']));
    expect(brokenIn(files)).toEqual([]);
  });

  it.each([
    ['domain/task/task.ts', '// docs/reference/creative-force.md#no-such-anchor'],
    ['domain/task/task.ts', '/** As docs/reference/no-such-document.md says. */'],
    ['domain/task/task.ts', '// (no-such-document.md)'],
    ['domain/task/task.ts', '// Only 20 requests a second (§4).'],
    ['README.md', 'See [audit](docs/audit.md#no-such-anchor).'],
    ['docs/audit.md', 'See [login](docs/login.md).'],
    ['README.md', 'See [below](#no-such-anchor).'],
    ['README.md', '![](docs/images/no-such-picture.png)'],
    ['docs/audit.md', 'See `domain/audit/no-such-file.ts`.'],
  ])('that lead nowhere are found: %s: %s', (file, text) => {
    expect(brokenCitations(file, text)).toHaveLength(1);
  });

  it.each([
    ['domain/task/task.ts', '// docs/reference/creative-force.md#rate-limit'],
    ['domain/task/task.ts', '// RFC 6749 §4.1 and ECMA-262 §21.4.1.1'],
    ['README.md', 'See [login](docs/login.md), [Celtra](https://celtra.com/api.md#x).'],
    ['docs/audit.md', 'See [login](login.md) and `domain/audit/`, not `text/plain`.'],
  ])('that lead somewhere are accepted: %s: %s', (file, text) => {
    expect(brokenCitations(file, text)).toEqual([]);
  });
});

const wordsOf = (file: string): number => readFileSync(path.join(repository, file), 'utf8').trim().split(/\s+/).length;

it('all guides together have at most 15,000 words; details go to docs/reference', () => {
  const guides = readdirSync(path.join(repository, 'docs')).filter((name) => name.endsWith('.md'));
  expect(guides.length).toBeGreaterThan(10);
  expect(guides.reduce((sum, name) => sum + wordsOf(`docs/${name}`), 0)).toBeLessThanOrEqual(15_000);
});

it('the architecture is told in 1,500 words and 25 files to read', () => {
  const [, list = ''] = readFileSync(path.join(repository, 'ARCHITECTURE.md'), 'utf8').split('## Reading list');
  expect(wordsOf('ARCHITECTURE.md')).toBeLessThanOrEqual(1_500);
  expect(list.match(/^\| `/gm)?.length).toBeLessThanOrEqual(25);
});
