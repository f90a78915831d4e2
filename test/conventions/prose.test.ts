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

describe('the linter of prose', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-prose-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** The line numbers of a file in which the linter finds something. */
  async function faultyLines(name: string, text: string): Promise<number[]> {
    const file = path.join(folder, name);
    await writeFile(file, text);
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [linter, file], (_error, _out, err) => {
        resolve(err);
      });
    });
    return [...new Set([...said.matchAll(/^.+?:(\d+):\d+: /gm)].map(([, line]) => Number(line)))];
  }

  const every = refused.map((_, index) => index + 1);

  it('refuses each of these sentences in a document', async () => {
    const text = refused.map((sentence) => `- ${sentence}.`).join('\n');
    expect(await faultyLines('page.md', text)).toEqual(every);
  });

  it('refuses each of them in a message of a source', async () => {
    const text = refused.map((sentence, index) => `const text${index} = '${sentence}.';`).join('\n');
    expect(await faultyLines('source.ts', text)).toEqual(every);
  });

  it('refuses each of them in a page of the board', async () => {
    const text = refused.map((sentence) => `<p class="stands by itself">${sentence}.</p>`).join('\n');
    expect(await faultyLines('page.liquid', text)).toEqual(every);
  });

  it('refuses each of them in a comment of an example', async () => {
    const text = refused.map((sentence) => `key: value # ${sentence}.`).join('\n');
    expect(await faultyLines('example.yaml', text)).toEqual(every);
  });

  it('accepts other sentences, and code in a document', async () => {
    expect(await faultyLines('page.md', [...accepted, '`by itself`'].join('\n\n'))).toEqual([]);
  });
});
