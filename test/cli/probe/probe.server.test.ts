import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { exitCodes } from '../../../cli/exit-codes';
import { probeCommand } from '../../../cli/probe/probe-command';
import { sandboxEnvironment, type Sandbox, type SandboxOptions } from '../../../sandbox';
import { eventually, startQuickSandbox } from '../../sandbox/start';

const config = path.resolve(__dirname, '../../../examples/sandbox/extpost.yaml');
const events = z.array(z.looseObject({ kind: z.string(), endpoint: z.string().optional() }));

describe('extpost probe', () => {
  let sandbox: Sandbox;
  let folder: string;
  let out: string;
  let err: string;
  const before = { ...process.env };
  /** The day that all tests may share, because a probe changes nothing, and those of single tests. */
  let usual: Promise<Sandbox> | undefined;
  const others: Sandbox[] = [];
  /** How many events the sandbox had when the test began. */
  let earlier = 0;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-probe-'));
    [out, err] = ['', ''];
    jest.spyOn(console, 'log').mockImplementation((text: string) => (out += `${text}\n`));
    jest.spyOn(console, 'error').mockImplementation((text: string) => (err += `${text}\n`));
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = { ...before };
    for (const other of others.splice(0)) await other.stop();
    await rm(folder, { recursive: true });
  });
  afterAll(async () => {
    await (await usual)?.stop();
  });

  const ready = async (options: SandboxOptions): Promise<Sandbox> => {
    const started = await startQuickSandbox({ day: { tasks: 12, lostWebhooks: 0, defects: [] }, ...options });
    await fetch(`${started.controlUrl}/day/begin`, { method: 'POST' });
    await eventually(() => started.ledger().tasks.every(({ readyAt }) => readyAt !== undefined));
    return started;
  };
  const begin = async (options?: SandboxOptions): Promise<void> => {
    sandbox = await (options === undefined ? (usual ??= ready({})) : ready(options));
    if (options !== undefined) others.push(sandbox);
    earlier = (await eventsOfSandbox()).length;
    Object.assign(process.env, sandboxEnvironment(sandbox), { EXTPOST_FOLDER: folder });
  };
  /** Runs the command; answers with its exit code. */
  const probe = async (...words: string[]): Promise<number> => {
    const codeBefore = process.exitCode;
    process.exitCode = exitCodes.done;
    try {
      await probeCommand().parseAsync([...words, '--config', config], { from: 'user' });
      return process.exitCode;
    } finally {
      process.exitCode = codeBefore;
    }
  };
  const eventsOfSandbox = async () => events.parse(await (await fetch(`${sandbox.controlUrl}/events`)).json());
  const asked = async (): Promise<string[]> => {
    const all = (await eventsOfSandbox()).slice(earlier);
    return all.flatMap(({ kind, endpoint }) => (kind === 'gateway' && endpoint !== undefined ? [endpoint] : []));
  };

  it('says that all is allowed and understood, having looked at a task of each flavour', async () => {
    await begin();
    expect(await probe('acme')).toBe(exitCodes.done);
    expect(out).toMatch(/GET \/extpost\/tasks\/\{taskId\} +│ ecom +│ allowed +│ understood/);
    expect(out).toMatch(/GET \/editorial\/projects\/\{projectId\} +│ editorial +│ allowed +│ understood/);
    expect(out).toContain('Nothing to ask the studio for');
  });

  it('only reads: it starts nothing, submits nothing, registers nothing', async () => {
    await begin();
    await probe('acme');
    const writes = ['startTask', 'submitAssets', 'getPresignedUrl'];
    expect((await asked()).filter((endpoint) => writes.includes(endpoint))).toEqual([]);
    expect(sandbox.ledger().summary.violations).toBe(0);
  });

  it('asks for an upload address on request, and shows none', async () => {
    await begin();
    expect(await probe('acme', '--with-upload-address')).toBe(exitCodes.done);
    expect((await asked()).filter((endpoint) => endpoint === 'getPresignedUrl')).toHaveLength(2);
    expect(out + err).not.toMatch(/X-Amz-Signature|https?:\/\/127/);
  });

  it('names what the studio has to allow, and ends with another code', async () => {
    await begin({ creativeForce: { withheld: { acme: ['listTasks', 'getAnnotations'] } } });
    const [task] = sandbox.ledger().tasks.filter(({ studio }) => studio === 'acme');
    expect(await probe('acme', '--task', task?.taskId ?? '')).toBe(exitCodes.probeFoundTrouble);
    expect(out.trim().split('\n').at(-1)).toBe(
      'Ask the studio to allow, at level Edit in the role of its API user, GET /extpost/tasks, GET /extpost/tasks/{taskId}/annotation.',
    );
  });

  it('finds the flavour of a task that is named by itself', async () => {
    await begin();
    await probe('acme', '--json');
    const shape = z.object({ rows: z.array(z.object({ endpoint: z.string() })) });
    const all = shape.parse(JSON.parse(out)).rows.map(({ endpoint }) => endpoint);
    expect(all).toContain('GET /editorial/extpost/tasks/{taskId}');
    const listed = sandbox.ledger().tasks.filter(({ studio, product }) => studio === 'acme' && product.includes('-E'));
    out = '';
    expect(await probe('acme', '--json', '--task', listed[0]?.taskId.toUpperCase() ?? '')).toBe(exitCodes.done);
    const named = shape.parse(JSON.parse(out)).rows.map(({ endpoint }) => endpoint);
    expect(named).toContain('GET /editorial/deliverables/{deliverableId}');
    expect(named).not.toContain('GET /extpost/tasks/{taskId}');
  });

  it('says where an answer is not understood, without its value', async () => {
    const body = { taskId: 'x', clientId: {}, assetLifeCycles: [{ note: 'a private note' }] };
    await begin({ faults: [{ endpoint: 'getTask', flavour: 'ecom', answer: 'body', body, times: 'always' }] });
    expect(await probe('acme')).toBe(exitCodes.probeFoundTrouble);
    expect(out).toContain('not understood: $.clientId: expected an id, found an object');
    expect(out).toContain('new: $.assetLifeCycles[].note');
    expect(out).toContain('correct the adapters for GET /extpost/tasks/{taskId}');
    expect(out).not.toContain('a private note');
  });

  it('stops at the token when the credentials are wrong', async () => {
    await begin();
    process.env['ACME_CF_CLIENT_SECRET'] = 'not-the-secret';
    expect(await probe('acme')).toBe(exitCodes.probeFoundTrouble);
    expect(await asked()).toEqual(['token']);
    expect(out).toContain('credentials refused');
    expect(out + err).not.toContain('not-the-secret');
  });

  it('asks for a task when there is none to look at', async () => {
    await begin();
    process.env['ACME_CF_VENDOR_ID'] = '11111111-1111-4111-8111-111111111111';
    expect(await probe('acme')).toBe(exitCodes.probeFoundTrouble);
    expect(out).toContain('Ask the studio for one task in External Post, or name one with --task');
  });

  it('saves what it was answered with pseudonyms in place of everything that has a name', async () => {
    await begin();
    expect(await probe('acme', '--save', folder, '--with-upload-address')).toBe(exitCodes.done);
    const files = await readdir(folder);
    expect(files).toEqual(
      expect.arrayContaining(['ecom-task.json', 'editorial-project.json', 'ecom-upload-address.json']),
    );
    const saved = (await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))).join('\n');
    const { tasks } = sandbox.ledger();
    const names = [
      ...tasks.flatMap(({ taskId, product, title }) => [taskId, product, title]),
      ...sandbox.studios.flatMap(({ title, workspaceId, vendorId, clientId, clientSecret, specification }) => [
        ...[title, workspaceId, vendorId, clientId, clientSecret, specification],
      ]),
      ...['127.0.0.1', 'X-Amz', 'SKU', 'SS27'],
    ];
    expect(names.filter((name) => name.length >= 4 && saved.includes(name))).toEqual([]);
  });

  it('names the studios there are when there is none of that name', async () => {
    await begin();
    await expect(probe('acmee')).rejects.toMatchObject({
      exitCode: exitCodes.wrongUse,
      message: expect.stringContaining('It has acme, nordlicht') as string,
    });
  });
});
