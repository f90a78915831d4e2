import { createProgram } from '../../cli/program';
import { demo } from '../../demo';
import { startAsAsked } from '../../demo/sandbox/sandbox-command';
import { startSandbox, type Sandbox } from '../../sandbox';

describe('extpost sandbox, turned to a sandbox that runs', () => {
  let sandbox: Sandbox;
  let taskId: string;
  let said: string[];

  /** Runs `extpost sandbox …` and returns what it printed. */
  const run = async (...words: string[]): Promise<string> => {
    said = [];
    const log = jest.spyOn(console, 'log').mockImplementation((line: string) => said.push(line));
    try {
      await (
        await createProgram(['sandbox'], demo)
      ).parseAsync(['node', 'extpost', 'sandbox', ...words, '--control', sandbox.controlUrl]);
    } finally {
      log.mockRestore();
    }
    return said.join('\n');
  };

  beforeEach(async () => {
    sandbox = await startSandbox({ seed: 'commands', day: { tasks: 1, spreadMs: 0 } });
    await fetch(`${sandbox.controlUrl}/day/early`, { method: 'POST' });
    taskId = sandbox.ledger().tasks[0]?.taskId ?? '';
  });
  afterEach(() => sandbox.stop());

  it('lets the day begin, and says where webhooks go', async () => {
    expect(await run('begin')).toBe('The day has begun.');
    expect(await run('send-webhooks', 'acme', 'http://127.0.0.1:9/acme')).toBe('{"acme":"http://127.0.0.1:9/acme"}');
    await expect(run('begin')).rejects.toThrow('has already begun');
  });

  it('lists the tasks with their state', async () => {
    expect(await run('tasks')).toContain(`${taskId}  acme`);
  });

  it.each([
    [['bypass', '--force'], 'bypassed'],
    [['change-vendor'], 'vendor changed'],
    [['reset'], 'to do; round 1'],
    [['delete'], 'deleted'],
    [['done'], 'done'],
  ])('prints the state after %j', async ([name = '', ...switches], state) => {
    expect(await run(name, taskId, ...switches)).toContain(`: ${state}`);
  });

  it('explains why an action is not possible', async () => {
    await expect(run('reject', taskId)).rejects.toThrow('Only what was delivered can be rejected.');
  });

  it('writes a note on named outputs', async () => {
    expect(await run('annotate', taskId, 'Mind the logo', '--output', 'Front', '--rejection')).toMatch(/\d+ notes?$/);
  });

  it('moves the deadline', async () => {
    expect(await run('deadline', taskId, '2027-01-31T12:00:00Z')).toContain('Deadline: 2027-01-31T12:00:00.000Z');
  });

  it('changes the design of a task', async () => {
    expect(await run('edit-design', taskId, '--output', 'Front')).toContain('version 2');
  });

  it.each([
    [['lose-webhooks', '2'], 'webhooks.loseNext=2'],
    [['duplicate-webhooks', '1'], 'webhooks.duplicateNext=1'],
    [['delay-webhooks', '3', '--by', '10'], 'webhooks.delayNext=3\nwebhooks.delayMs=10000'],
    [['set', 'creativeForce.guidCase=upper', 'store.readLifetimeSeconds=60'], 'creativeForce.guidCase="upper"'],
    [['set', 'webhooks.secrets.acme="42"'], 'webhooks.secrets={"acme":"42"}'],
  ])('turns settings: %j', async (words, shown) => {
    expect(await run(...words)).toContain(shown);
  });

  it('refuses a change that is none, and an unknown setting', async () => {
    const quiet = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(run('set', 'guidCase=upper')).rejects.toThrow('is not a change');
    quiet.mockRestore();
    await expect(run('set', 'creativeForce.guidCas=upper')).rejects.toThrow('guidCas');
  });

  it('starts with the settings that are asked for, and not at all with unknown ones', async () => {
    const asked = { port: 0, tasks: 1, spread: 0, delivered: 'unused', forms: 'documented' } as const;
    const started = await startAsAsked({ ...asked, set: { latency: { celtra: 800 } } });
    const settings = await (await fetch(`${started.controlUrl}/settings`)).json();
    await started.stop();
    expect(settings).toMatchObject({ latency: { celtra: 800, gateway: 0 } });
    await expect(startAsAsked({ ...asked, set: { latency: { celtrra: 800 } } })).rejects.toThrow('celtrra');
  });

  it('shows the settings of one group, and names the groups when there is no such one', async () => {
    expect(await run('settings', 'store')).toBe(
      'store.readLifetimeSeconds=43200\nstore.md5Check=true\nstore.encryption="kms"\nstore.extraUploadHeaders={}',
    );
    await expect(run('settings', 'shop')).rejects.toThrow('creativeForce, webhooks, store, celtra, latency, day');
  });

  it('arms, shows and disarms faults', async () => {
    const armed = await run('fault', 'submitAssets', 'answerLost', '--times', '2', '--studio', 'acme');
    expect(JSON.parse(armed)).toMatchObject({
      endpoint: 'submitAssets',
      answer: 'answerLost',
      times: 2,
      studio: 'acme',
    });
    expect(await run('fault')).toBe(armed);
    const reset = await run('fault', 'putFile', 'reset', '--share', '0.99', '--file', '*_front_*', '*_back_*');
    expect(JSON.parse(reset.split('\n')[1] ?? '')).toMatchObject({ share: 0.99, files: ['*_front_*', '*_back_*'] });
    expect(await run('fault', '--clear')).toBe('No fault is armed.');
  });

  it('prints the ledger for people and for programs', async () => {
    expect(await run('ledger')).toContain('1 tasks: 0 done, 1 waiting');
    expect(JSON.parse(await run('ledger', '--json', '--final'))).toMatchObject({ summary: { lost: 1 } });
  });

  it('prints what happened', async () => {
    expect(await run('events')).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}ready {2}taskId=/);
  });

  it('says how to reach a sandbox when none answers', async () => {
    await sandbox.stop();
    await expect(run('tasks')).rejects.toThrow('Start one with "extpost sandbox"');
  });
});
