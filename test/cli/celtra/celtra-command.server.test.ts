import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';

import { CommandError, exitCodes } from '../../../cli/exit-codes';
import { createProgram } from '../../../cli/program';
import { sandboxEnvironment, startSandbox, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { projectPath } from '../../containers/compose-file';

interface Answer {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

/** Looks every few milliseconds, for at most a minute, which only a fault takes. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > giveUpAt) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('extpost celtra', () => {
  let sandbox: Sandbox;
  let folder: string;
  const environment = { ...process.env };

  const begin = async (celtra: SandboxOptions['celtra'] = {}): Promise<string> => {
    sandbox = await startSandbox({
      seed: 'celtra-command',
      day: { tasks: 1 },
      celtra: { rendersTakePolls: 0, pictures: 'flat', ...celtra },
    });
    const config = await readFile(projectPath('examples/sandbox/extpost.yaml'), 'utf8');
    const quick = config.replaceAll(/poll: \{.*deadline.*\}/g, 'poll: { first: 1ms, max: 1ms, deadline: 30s }');
    await writeFile(path.join(folder, 'extpost.yaml'), quick);
    Object.assign(process.env, sandboxEnvironment(sandbox), {
      EXTPOST_FOLDER: folder,
      EXTPOST_CONFIG: path.join(folder, 'extpost.yaml'),
    });
    return sandbox.studios.find(({ name }) => name === 'acme')?.sampleDesignId ?? '';
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-celtra-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...environment };
    await rm(folder, { recursive: true, force: true });
    await sandbox.stop();
  });

  /** Runs `extpost celtra …` in this process. */
  const celtra = async (...words: string[]): Promise<Answer> => {
    let [out, err] = ['', ''];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    });
    jest.spyOn(console, 'log').mockImplementation((text: string) => {
      out += `${text}\n`;
    });
    jest.spyOn(console, 'error').mockImplementation((text: string) => {
      err += `${text}\n`;
    });
    try {
      await (await createProgram(['celtra'])).parseAsync(['node', 'extpost', 'celtra', ...words]);
      return { out, err, exitCode: exitCodes.done };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { out, err: `${err}${error.message}`, exitCode: error.exitCode };
    } finally {
      jest.restoreAllMocks();
    }
  };
  const filesIn = async (place: string): Promise<string[]> =>
    (await readdir(place)).filter((name) => !name.startsWith('.')).sort();

  it('lists outputs with dimensions, status and sizes', async () => {
    const project = await begin();
    const { out } = await celtra('outputs', 'acme', '--project', project);
    expect(out).toMatch(/name .* dimensions .* status .* sizes .* output id/);
    expect(out).toMatch(/Language=fr.* finished .* 320×320/);
  });

  it('lists only what the filters pass', async () => {
    const project = await begin();
    const { out } = await celtra(
      ...['outputs', 'acme', '--project', project, '--json'],
      ...['--format', 'com.celtra.image', '--dimension', 'Language=en,fr'],
    );
    const outputs = JSON.parse(out) as { contentDimensionsByName: { Language: string } }[];
    expect(outputs.map(({ contentDimensionsByName }) => contentDimensionsByName.Language).sort()).toEqual(['en', 'fr']);
  });

  it('lists JSON Lines, one output a line', async () => {
    const project = await begin();
    const [json, lines] = [
      JSON.parse((await celtra('outputs', 'acme', '--project', project, '--json')).out) as { id: string }[],
      (await celtra('outputs', 'acme', '--project', project, '--jsonl')).out.trim().split('\n'),
    ];
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(json.map(({ id }) => id));
  });

  it('prints addresses of files only when it is asked to', async () => {
    const project = await begin();
    const words = ['outputs', 'acme', '--project', project, '--json'];
    expect((await celtra(...words)).out).not.toContain(sandbox.celtraFilesUrl);
    expect((await celtra(...words, '--urls')).out).toContain(sandbox.celtraFilesUrl);
  });

  it('says when nothing answers the filters', async () => {
    await begin();
    const answer = await celtra('outputs', 'acme', '--project', 'nothing');
    expect(answer).toEqual({
      out: '',
      err: expect.stringMatching(/No output matches these filters\.\n$/) as string,
      exitCode: 0,
    });
  });

  it('exports pictures of the asked format into a folder, waiting until they are rendered', async () => {
    const project = await begin({ rendersTakePolls: 2 });
    const to = path.join(folder, 'out');
    const answer = await celtra(
      ...['export', 'acme', '--project', project, '--format', 'com.celtra.image', '--image', 'jpeg:90', '--to', to],
      ...['--name', '{{ output.contentDimensionsByName.Language }} {{ asset.width }}'],
    );
    expect(answer).toMatchObject({ exitCode: 0, out: expect.stringContaining('3 files fetched') });
    expect(await filesIn(to)).toEqual(['de 320.jpg', 'en 320.jpg', 'fr 320.jpg']);
    expect((await sharp(path.join(to, 'en 320.jpg')).metadata()).format).toBe('jpeg');
    expect(answer.err).toContain('3 of 3 outputs rendered');
  });

  it('exports every kind of file that there is', async () => {
    const project = await begin();
    const to = path.join(folder, 'out');
    const answer = await celtra(
      ...['export', 'acme', '--project', project, '--image', 'png', '--video', 'mp4', '--html', 'generic', '--to', to],
    );
    expect(answer.exitCode).toBe(0);
    const kinds = new Set((await filesIn(to)).map((name) => path.extname(name)));
    expect([...kinds].sort()).toEqual(['.mp4', '.png', '.zip']);
  });

  it('fetches nothing twice', async () => {
    const project = await begin();
    const words = ['export', 'acme', '--project', project, '--to', path.join(folder, 'out')];
    await celtra(...words);
    expect((await celtra(...words)).out).toMatch(/: 0 files fetched \(0 bytes\), \d+ already there, 0 missing\./);
  });

  it('ends with a code of its own and a table when some files cannot be had, and keeps the others', async () => {
    const project = await begin({ faults: [{ kind: 'error', outputs: ['*en*'], assets: ['image'] }] });
    const to = path.join(folder, 'out');
    const { exitCode, err } = await celtra(
      'export',
      'acme',
      '--project',
      project,
      '--format',
      'com.celtra.image',
      '--to',
      to,
    );
    expect(exitCode).toBe(exitCodes.someMissing);
    expect(err).toContain('Celtra could not render it');
    expect(err).toContain('1 file could not be fetched.');
    expect(await filesIn(to)).toHaveLength(2);
  });

  it('stops at Ctrl-C without a half file, and says how to go on', async () => {
    const project = await begin({ faults: [{ kind: 'drip', outputs: ['*fr*'], bytesPerSecond: 50 }] });
    const to = path.join(folder, 'out');
    const words = [
      'export',
      'acme',
      '--project',
      project,
      '--format',
      'com.celtra.image',
      '--parallel',
      '1',
      '--to',
      to,
    ];
    // Jest itself ends at a real signal.
    let pressCtrlC: () => void = () => undefined;
    jest.spyOn(process, 'once').mockImplementation((event, listener: () => void) => {
      if (event === 'SIGINT') pressCtrlC = listener;
      return process;
    });
    const stopped = celtra(...words);
    await eventually(async () => (await filesIn(path.join(to, '.extpost', 'parts'))).length > 0);
    pressCtrlC();
    expect(await stopped).toMatchObject({ exitCode: exitCodes.failed, err: expect.stringContaining('to continue') });
    expect(await filesIn(path.join(to, '.extpost'))).not.toContain('parts');
    expect((await filesIn(to)).length).toBeLessThan(3);
  });

  it.each([
    ['--zip', 'all.zip', [], 'PK'],
    ['--tsv', 'all.tsv', [], 'output_id'],
    ['--tsv', 'all.zip', ['--with-assets'], 'PK'],
  ])('exports to one file by %s %s %j', async (how, name, more, start) => {
    const project = await begin({ rendersTakePolls: 1 });
    const file = path.join(folder, name);
    const { exitCode, out } = await celtra('export', 'acme', '--project', project, how, file, ...more);
    expect(exitCode).toBe(0);
    expect(out).toContain(`${file}: `);
    expect((await readFile(file, 'latin1')).slice(0, start.length)).toBe(start);
  });

  it('names an archive as one, whatever it was to be called', async () => {
    const project = await begin();
    const { out, err } = await celtra(
      ...['export', 'acme', '--project', project, '--tsv', path.join(folder, 'all.tsv'), '--with-assets'],
    );
    expect(out).toContain('all.zip: ');
    expect(err).toContain('Celtra sent a zip file, so it is named all.zip');
  });

  it('takes filters from a file, which must hold as well as the switches', async () => {
    const project = await begin();
    const filters = path.join(folder, 'filters.yaml');
    await writeFile(filters, 'output: { contentDimensionsByName: { Language: [fr] } }\n');
    const { out } = await celtra('outputs', 'acme', '--project', project, '--filters', filters, '--json');
    const outputs = JSON.parse(out) as { contentDimensionsByName: { Language: string } }[];
    expect(new Set(outputs.map(({ contentDimensionsByName }) => contentDimensionsByName.Language))).toEqual(
      new Set(['fr']),
    );
  });

  it('accepts neq, in and nin only when it is configured to', async () => {
    const project = await begin();
    const filters = path.join(folder, 'filters.yaml');
    await writeFile(filters, 'output: { contentDimensionsByName: { Language: [{ neq: fr }] } }\n');
    const words = ['outputs', 'acme', '--project', project, '--filters', filters, '--json'];
    expect(await celtra(...words)).toMatchObject({ exitCode: exitCodes.wrongUse, err: expect.stringContaining('neq') });
    const { out } = await celtra(...words, '--undocumented-operators');
    expect(out).not.toContain('"Language": "fr"');
    expect(out).toContain('"Language": "en"');
  });

  it.each([
    [['export', 'acme', '--project', 'p'], 'Choose a destination'],
    [['export', 'acme', '--project', 'p', '--to', 'x', '--with-assets'], '--with-assets needs --tsv'],
    [['export', 'acme', '--project', 'p', '--to', 'x', '--name', '{{ output.'], 'is not a valid Liquid template'],
    [['export', 'acme', '--project', 'p', '--zip', 'none/x.zip'], 'The folder none for'],
    [['outputs', 'acme', '--project', 'p', '--urls'], '--urls needs --json'],
    [['outputs', 'acme', '--account', 'a'], 'account.id together with designFile.lastModificationTimestamp'],
    [['outputs', 'acme'], 'Name the outputs'],
    [['outputs', 'acmee', '--project', 'p'], 'There is no studio "acmee"'],
  ])('refuses %j', async (words, why) => {
    await begin();
    expect(await celtra(...words)).toMatchObject({ exitCode: exitCodes.wrongUse, err: expect.stringContaining(why) });
  });
});
