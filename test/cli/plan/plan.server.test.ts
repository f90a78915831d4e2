import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';
import { z } from 'zod';

import { exitCodes } from '../../../cli/exit-codes';
import { sandboxEnvironment, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { eventually, startQuickSandbox } from '../../sandbox/start';
import { runCommand, type CommandAnswer } from '../run-command';

const config = path.resolve(__dirname, '../../../examples/sandbox/extpost.yaml');
const events = z.array(
  z.looseObject({ kind: z.string(), method: z.string().optional(), endpoint: z.string().optional() }),
);

describe('extpost plan', () => {
  let sandbox: Sandbox;
  let folder: string;
  const before = { ...process.env };
  /** The day of one task, which all tests may share because a plan changes nothing, and those of single tests. */
  let usual: Promise<Sandbox> | undefined;
  const others: Sandbox[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-plan-test-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    for (const other of others.splice(0)) await other.stop();
    await rm(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    await (await usual)?.stop();
  });

  const ready = async (options: SandboxOptions): Promise<Sandbox> => {
    const started = await startQuickSandbox({ seed: 'plan', ...options });
    await fetch(`${started.controlUrl}/day/begin`, { method: 'POST' });
    await eventually(() => started.ledger().tasks.every(({ readyAt }) => readyAt !== undefined));
    return started;
  };
  /** A day of which every task is ready; answers with those of acme. */
  const begin = async (options?: SandboxOptions) => {
    sandbox = await (options === undefined ? (usual ??= ready({})) : ready(options));
    if (options !== undefined) others.push(sandbox);
    Object.assign(process.env, sandboxEnvironment(sandbox), { EXTPOST_FOLDER: folder });
    return sandbox.ledger().tasks.filter(({ studio }) => studio === 'acme');
  };
  const plan = (...words: string[]): Promise<CommandAnswer> => runCommand('plan', ...words, '--config', config);
  const draft = async (text: string): Promise<string> => {
    const file = path.join(folder, 'draft.yaml');
    await writeFile(file, text);
    return file;
  };

  it('shows which creative would be delivered for which expected output, and under which name', async () => {
    const [task] = await begin();
    const { out, err, exitCode } = await plan('acme', task?.taskId ?? '');
    expect(exitCode).toBe(exitCodes.done);
    expect(out).toContain('expected output');
    expect(out).toMatch(/Front, .* +Front\/.* +by-position-and-size +(jpeg|png).* +\S+\.(jpg|png)/);
    expect(out).toMatch(/\d+ other creatives? found by the filters: never delivered/);
    expect(err).toContain('Asking Celtra');
  });

  it('only reads: nothing is started, uploaded or submitted', async () => {
    const [task] = await begin();
    await plan('acme', task?.taskId ?? '', '--save', path.join(folder, 'saved'));
    const printed = events.parse(await (await fetch(`${sandbox.controlUrl}/events`)).json());
    const calls = printed.flatMap(({ kind, endpoint = '' }) => (kind === 'gateway' ? [endpoint] : []));
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.filter((endpoint) => /start|submit|presigned/i.test(endpoint))).toEqual([]);
    expect(sandbox.ledger().tasks.find(({ taskId }) => taskId === task?.taskId)).toMatchObject({
      startedAt: undefined,
      submittedAt: undefined,
    });
  });

  it('finds out by itself that a task is an editorial one', async () => {
    const tasks = await begin({ day: { tasks: 20 } });
    const editorial = tasks.find(({ product }) => product.includes('-E'));
    const { out } = await plan('acme', editorial?.taskId ?? '');
    expect(out).toContain('editorial');
  });

  it('says why something would not go out, with the nearest that there is, and ends with a code of its own', async () => {
    const [task] = await begin();
    const recipes = await draft(`- name: by-other-words
  celtra: { filters: { designFile: { id: ["{{ job.properties['Celtra project'] }}"] } } }
  match:
    expected: '{{ shot.position }} of the {{ spec.name | default: "Original" }}'
    output: '{{ output.contentDimensionsByName.Position }} of {{ output.contentDimensionsByName.Product }}'
`);
    const { out, err, exitCode } = await plan('acme', task?.taskId ?? '', '--recipes', recipes);
    expect(exitCode).toBe(exitCodes.wouldNotGoOut);
    expect(out).toContain('Not delivered:');
    expect(out).toMatch(/no Celtra output has the key "Front of the .*nearest is "/);
    expect(err).toContain('The task would need attention.');
  });

  it('names file and line of what is wrong with a draft', async () => {
    const [task] = await begin();
    const file = await draft(
      '- name: bad\n  celtra: { filters: { designFile: { id: [a] } } }\n  match: { expected: x }\n',
    );
    const { err, exitCode } = await plan('acme', task?.taskId ?? '', '--recipes', file);
    expect(exitCode).toBe(exitCodes.wrongUse);
    expect(err).toMatch(/draft\.yaml:3:\d+ \[0\]\.match\.output: this setting is missing/);
  });

  it('knows the spec that `extpost check --task` compares a file with', async () => {
    const [task] = await begin();
    const taskId = task?.taskId ?? '';
    const { lines } = z
      .object({ plan: z.object({ lines: z.array(z.object({ key: z.string() })) }) })
      .parse(JSON.parse((await plan('acme', taskId, '--json')).out)).plan;
    const key = lines.find((line) => !line.key.endsWith('/Original'))?.key ?? '';
    const file = path.join(folder, 'dot.png');
    await sharp({ create: { width: 3, height: 2, channels: 3, background: '#808080' } })
      .png()
      .toFile(file);
    for (const words of [
      [file, '--task', 'acme', taskId, key],
      ['--task', 'acme', taskId, key, file],
    ]) {
      const { out, exitCode } = await runCommand('check', ...words, '--json', '--config', config);
      expect(JSON.parse(out)).toMatchObject({
        width: 3,
        findings: expect.arrayContaining([expect.objectContaining({ rule: 'pixelSize' })]) as unknown,
      });
      expect(exitCode).toBe(exitCodes.wouldNotGoOut);
    }
  });

  it('explains one expected output: every recipe, every creative', async () => {
    const [task] = await begin();
    const printed = z
      .object({ plan: z.object({ lines: z.array(z.object({ key: z.string() })) }) })
      .parse(JSON.parse((await plan('acme', task?.taskId ?? '', '--json')).out));
    const key = printed.plan.lines[0]?.key ?? '';
    const { out } = await plan('acme', task?.taskId ?? '', '--explain', key.replace('/Original', '').toLowerCase());
    expect(out).toContain('by-position-and-size: taken');
    expect(out).toContain('editorial-by-position-and-size: does not match');
    expect(out).toContain('fails  contentCreationType: wanted "editorial", here is "ecom"');
    expect(out).toContain('delivered: the only creative with this key');
    expect(out).toContain('key differs: ');
  });

  it('says what the task wants when asked about something else', async () => {
    const [task] = await begin();
    const { err, exitCode } = await plan('acme', task?.taskId ?? '', '--explain', 'Nowhere/Feed');
    expect(exitCode).toBe(exitCodes.wrongUse);
    expect(err).toContain('The task expects no "Nowhere/Feed" now. It expects: "Front');
  });

  it('plans every open task, over all pages of the listing, and details only those with problems', async () => {
    const tasks = await begin({ day: { tasks: 12 } });
    const { out, exitCode } = await plan('acme', '--all-open');
    for (const { taskId } of tasks) expect(out).toContain(taskId);
    expect(exitCode).toBe(exitCodes.wouldNotGoOut);
    expect(out).toMatch(/✗ .* would be delivered/);
    expect(out).toMatch(/\(no creative\)\n +No creative for/);
  });

  it('saves what a plan needs, without any address', async () => {
    const [task] = await begin();
    await plan('acme', task?.taskId ?? '', '--save', folder);
    const saved = (await readdir(folder)).filter((name) => name.startsWith('acme-'));
    expect(saved).toEqual([`acme-${task?.taskId ?? ''}.json`]);
    const text = await readFile(path.join(folder, saved[0] ?? ''), 'utf8');
    expect(text).toContain('contentDimensionsByName');
    expect(text).not.toMatch(/https?:|signature|token/i);
  });

  it('writes a page with the pictures of both sides in it, and no address', async () => {
    const [task] = await begin();
    const page = path.join(folder, 'plan.html');
    await plan('acme', task?.taskId ?? '', '--html', page);
    const html = await readFile(page, 'utf8');
    const cards = html.match(/<article/g)?.length ?? 0;
    expect(cards).toBeGreaterThan(0);
    expect(html.match(/src="data:image\/jpeg;base64,/g)).toHaveLength(2 * cards);
    expect(html).not.toMatch(/https?:/);
  });

  it('says on the page what was not rendered in the time that was given', async () => {
    const [task] = await begin({ celtra: { rendersTakePolls: 50 } });
    const page = path.join(folder, 'plan.html');
    await plan('acme', task?.taskId ?? '', '--html', page, '--wait', '1ms');
    expect(await readFile(page, 'utf8')).toContain('not rendered yet');
  });

  it.each([
    [['acme'], 'Name a task'],
    [['nobody', 'x'], 'There is no studio "nobody"'],
  ])('refuses %j in words', async (words, said) => {
    await begin();
    const { err, exitCode } = await plan(...words);
    expect(exitCode).toBe(exitCodes.wrongUse);
    expect(err).toContain(said);
  });

  it('says that a task is not known, as an error of the call', async () => {
    await begin();
    const { err, exitCode } = await plan('acme', 'a3b4c5d6-1111-4222-8333-944445555666');
    expect(exitCode).toBe(exitCodes.failed);
    expect(err).toContain('Creative Force');
  });
});
