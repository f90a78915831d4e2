import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const linter = path.resolve(__dirname, '../../tools/prose/check-prose.js');

/** Sentences that once stood in documents and messages, and must not return. */
const refused = [
  'otherwise 503, and it comes again',
  'when it is killed, its tasks go on once it is started again',
  'none is to be had',
  'an act did not take',
  'No task answers this',
  'Only one may answer',
  'Only then open the gate',
  'What is written here stands in the file',
  'It is then done by itself',
  'The run begins anew',
  'A person has to mend it',
  'It is delivered all the same',
  'There are so many tasks',
  'Then the whole day is over',
  'See whether a worker runs',
];
const accepted = ['It takes a whole number of seconds.', 'The stand-in answers.', 'The worker continues the task.'];

const documents: Readonly<Record<string, string>> = {
  'page.md': refused.map((sentence) => `- ${sentence}.`).join('\n'),
  'source.ts': refused.map((sentence, index) => `const text${index} = '${sentence}.';`).join('\n'),
  'page.liquid': refused.map((sentence) => `<p class="stands by itself">${sentence}.</p>`).join('\n'),
  'example.yaml': refused.map((sentence) => `key: value # ${sentence}.`).join('\n'),
  'accepted.md': [...accepted, '`by itself`'].join('\n\n'),
};

describe('the linter of prose', () => {
  const every = refused.map((_, index) => index + 1);
  /** The numbers of the lines in which it finds something, by file. */
  let found: Map<string, Set<number>>;

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'extpost-prose-'));
    try {
      const files = Object.keys(documents).map((name) => path.join(folder, name));
      await Promise.all(files.map((file) => writeFile(file, documents[path.basename(file)] ?? '')));
      const said = await new Promise<string>((resolve) => {
        execFile(process.execPath, [linter, ...files], (_error, _out, err) => {
          resolve(err);
        });
      });
      const lines = [...said.matchAll(/^(.+?):(\d+):\d+: /gm)].map(
        ([, file = '', line]) => [path.basename(file), Number(line)] as const,
      );
      found = new Map(
        Object.keys(documents).map((name) => [
          name,
          new Set(lines.filter(([file]) => file === name).map(([, line]) => line)),
        ]),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['in a document', 'page.md'],
    ['in a message of a source', 'source.ts'],
    ['in a page of the board', 'page.liquid'],
    ['in a comment of an example', 'example.yaml'],
  ])('refuses each of these sentences %s', (_where, name) => {
    expect([...(found.get(name) ?? [])]).toEqual(every);
  });

  it('accepts other sentences, and code in a document', () => {
    expect([...(found.get('accepted.md') ?? [])]).toEqual([]);
  });
});
