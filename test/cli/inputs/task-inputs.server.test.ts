import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { exitCodes } from '../../../cli/exit-codes';
import { sandboxEnvironment, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { firstTask } from '../../activities/inputs/inputs-harness';
import { startQuickSandbox } from '../../sandbox/start';
import { runCommand, type CommandAnswer } from '../run-command';

const config = path.resolve(__dirname, '../../../examples/sandbox/extpost.yaml');

describe('extpost task inputs', () => {
  let sandbox: Sandbox;
  let folder: string;
  const before = { ...process.env };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-inputs-test-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const begin = async (options: SandboxOptions = {}): Promise<string> => {
    sandbox = await startQuickSandbox({ seed: 'inputs', ...options });
    const { taskId } = await firstTask(sandbox);
    Object.assign(process.env, sandboxEnvironment(sandbox), { EXTPOST_FOLDER: folder });
    return taskId;
  };
  const inputs = (...words: string[]): Promise<CommandAnswer> =>
    runCommand('task', 'inputs', 'acme', ...words, '--to', path.join(folder, 'desk'), '--config', config);
  const written = async (): Promise<string[]> => {
    const found = await readdir(path.join(folder, 'desk'), { recursive: true, withFileTypes: true });
    return found
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(path.join(folder, 'desk'), path.join(parentPath, name)))
      .sort();
  };

  it('fetches pictures, support material and references, and writes a brief', async () => {
    const taskId = await begin();
    const { out, err, exitCode } = await inputs(taskId);
    expect({ exitCode, err: err.includes('X-Amz') }).toEqual({ exitCode: exitCodes.done, err: false });
    expect(out).toMatch(/desk: \d+ files fetched \(.*\), 0 already there, 0 missing\. Begin with brief\.md\.\n$/);
    const folders = new Set((await written()).map((name) => path.dirname(name)));
    expect([...folders].sort()).toEqual(['.', 'inputs', 'references', 'support']);
    const brief = await readFile(path.join(folder, 'desk', 'brief.md'), 'utf8');
    expect(brief).toContain('## Front');
    expect(brief).toContain('sRGB IEC61966-2.1');
    expect(brief).toMatch(/\]\(inputs\/.*\.tif\)/);
  });

  it('fetches nothing twice', async () => {
    const taskId = await begin();
    await inputs(taskId);
    const { out, err } = await inputs(taskId);
    expect(out).toMatch(/: 0 files fetched \(0 bytes\), \d+ already there, 0 missing\./);
    expect(err).toContain('there    inputs/');
  });

  it('asks for a fresh address when one is refused', async () => {
    const taskId = await begin({ faults: [{ endpoint: 'getFile', answer: 'statusCode', status: 403 }] });
    expect((await inputs(taskId)).exitCode).toBe(exitCodes.done);
  });

  it('says in a table what could not be fetched, and fetches the rest', async () => {
    const taskId = await begin({
      faults: [{ endpoint: 'getFile', answer: 'statusCode', status: 403, times: 'always', skip: 3 }],
    });
    const { out, err, exitCode } = await inputs(taskId, '--parallel', '1');
    expect(exitCode).toBe(exitCodes.someMissing);
    expect(out).toContain('3 files fetched');
    expect(err).toContain('could not be fetched');
    expect(await readFile(path.join(folder, 'desk', 'brief.md'), 'utf8')).toContain('## Not here');
  });

  it('names files by a template', async () => {
    const taskId = await begin();
    await inputs(taskId, '--name', '{{ input.position }} {{ input.role }} {{ input.name }}');
    expect((await written()).some((name) => /^Front input .*\.tif$/.test(name))).toBe(true);
  });

  it('refuses a template that it cannot use', async () => {
    const taskId = await begin();
    const { err, exitCode } = await inputs(taskId, '--name', '{{ nobody }}');
    expect({ exitCode, isReported: err.includes('nobody') }).toEqual({
      exitCode: exitCodes.wrongUse,
      isReported: true,
    });
  });

  it('leaves alone what it did not write, unless asked to overwrite it', async () => {
    const taskId = await begin();
    await inputs(taskId);
    const name = (await written()).find((each) => each.endsWith('.tif')) ?? '';
    const mine = path.join(folder, 'desk', name);
    await rm(path.join(folder, 'desk', 'manifest.json'));
    await writeFile(mine, 'my own work');
    const { err, exitCode } = await inputs(taskId);
    expect({ exitCode, isReported: err.includes('did not write') }).toEqual({
      exitCode: exitCodes.someMissing,
      isReported: true,
    });
    expect(await readFile(mine, 'utf8')).toBe('my own work');
    expect((await inputs(taskId, '--overwrite')).exitCode).toBe(exitCodes.done);
    expect(await readFile(mine, 'utf8')).not.toBe('my own work');
  });

  it('says which studios there are when there is none of that name', async () => {
    const taskId = await begin();
    const { err, exitCode } = await runCommand('task', 'inputs', 'x', taskId, '--to', folder, '--config', config);
    expect({ exitCode, isReported: err.includes('nordlicht') }).toEqual({
      exitCode: exitCodes.wrongUse,
      isReported: true,
    });
  });
});
