import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { Vendor } from './vendor';

describe('the ledger', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;

  const begin = async (options: SandboxOptions = {}): Promise<string> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    return sandbox.ledger().tasks[0]?.taskId ?? '';
  };
  const verdict = (): string | undefined => sandbox.ledger().tasks[0]?.verdict;

  afterEach(() => sandbox.stop());

  it('calls a task done when the creatives that were meant arrive under their names', async () => {
    const taskId = await begin();
    expect((await vendor.deliver(taskId)).json).toMatchObject({ statusCode: 1, message: 'Success' });
    await eventually(() => verdict() === 'done');
    const ledger = sandbox.ledger();
    expect(ledger.line).toBe('1 tasks: 1 done, 0 need attention, 0 lost, 0 twice, 0 wrong');
    expect(ledger.tasks[0]?.files.every((file) => file.right)).toBe(true);
    expect(ledger.summary.violations).toBe(0);
  });

  it('is finished once everything was announced and nothing waits', async () => {
    const taskId = await begin();
    expect(sandbox.ledger().finished).toBe(false);
    await vendor.deliver(taskId);
    await eventually(() => sandbox.ledger().finished);
    expect(sandbox.ledger().summary.done).toBe(1);
  });

  it('keeps an accepted task waiting until its verdict', async () => {
    const taskId = await begin({ day: { verdictAfterMs: 60_000 } });
    await vendor.deliver(taskId);
    expect(verdict()).toBe('waiting');
    expect(sandbox.ledger({ final: true }).summary.done).toBe(1);
  });

  it('calls bytes wrong that Celtra never served', async () => {
    const taskId = await begin();
    const spoilt = await vendor.prepare(taskId, ({ fileName, bytes }) => ({
      fileName,
      bytes: Buffer.concat([bytes, Buffer.from([0])]),
    }));
    await vendor.submit(taskId, spoilt);
    expect(verdict()).toBe('wrong');
    expect(sandbox.ledger().tasks[0]?.reason).toContain('not what Celtra served');
  });

  it('calls a wrong file name wrong', async () => {
    const taskId = await begin();
    const renamed = await vendor.prepare(taskId, ({ fileName, bytes }) => ({ fileName: `x-${fileName}`, bytes }));
    await vendor.submit(taskId, renamed);
    expect(verdict()).toBe('wrong');
  });

  it('calls exchanged pictures wrong', async () => {
    sandbox = await startQuickSandbox({ day: { tasks: 4 } });
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    const big = sandbox.ledger().tasks.find((task) => task.studio === 'acme' && task.expected > 1);
    const mappings = await vendor.prepare(big?.taskId ?? '');
    const [first, second, ...rest] = mappings;
    await vendor.submit(big?.taskId ?? '', [
      { ...first, assetId: second?.['assetId'] },
      { ...second, assetId: first?.['assetId'] },
      ...rest,
    ]);
    const task = sandbox.ledger().tasks.find(({ taskId }) => taskId === big?.taskId);
    expect(task?.verdict).toBe('wrong');
    expect(task?.reason).toMatch(/another creative|is called/);
  });

  it('calls a second start in one round twice', async () => {
    const taskId = await begin();
    await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    await vendor.deliver(taskId);
    expect(verdict()).toBe('twice');
  });

  it('calls a submission after an accepted one twice, though it is refused', async () => {
    const taskId = await begin();
    const mappings = await vendor.prepare(taskId);
    await vendor.submit(taskId, mappings);
    const again = await vendor.submit(taskId, mappings);
    expect(again).toMatchObject({ status: 400, json: { statusCode: 24 } });
    expect(verdict()).toBe('twice');
  });

  it('calls a ready task lost when its time is over', async () => {
    await begin({ day: { giveUpAfterMs: -1 } });
    expect(verdict()).toBe('lost');
  });

  it('counts what waits as lost when asked for the final word', async () => {
    await begin();
    expect(verdict()).toBe('waiting');
    const final = await vendor.control('GET', '/ledger?final=1');
    expect(final.json).toMatchObject({ summary: { waiting: 0, lost: 1 } });
  });

  it('says needs attention only after the vendor has looked at a task that lacks a creative', async () => {
    const taskId = await begin({ day: { defects: ['missing creative'] } });
    expect(verdict()).toBe('waiting');
    const task = await vendor.task(taskId);
    expect(verdict()).toBe('waiting');
    await Promise.all(vendor.wanted(task).map((wanted) => vendor.creative(task, wanted)));
    expect(verdict()).toBe('needs attention');
  });

  it('says needs attention of a task whose own facts show the defect once it is started', async () => {
    const taskId = await begin({ day: { defects: ['unknown specification'] } });
    await vendor.task(taskId);
    expect(verdict()).toBe('waiting');
    await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    expect(verdict()).toBe('needs attention');
  });

  it('calls anything accepted for a missing creative wrong', async () => {
    const taskId = await begin({ day: { defects: ['missing creative'] } });
    const task = await vendor.task(taskId);
    const mappings = await Promise.all(
      vendor.wanted(task).map(async ({ key, fileName }, index) => ({
        ...key,
        assetId: await vendor.upload(fileName, Buffer.from(`picture ${index}`)),
      })),
    );
    expect((await vendor.submit(taskId, mappings)).status).toBe(200);
    expect(verdict()).toBe('wrong');
  });

  it('takes a correction round with changed pictures, and refuses to like the same picture again', async () => {
    const taskId = await begin();
    await vendor.deliver(taskId);
    const design = await vendor.designOf(await vendor.task(taskId));
    await vendor.control('POST', `/tasks/${taskId}/reject`, { comment: 'Too dark' });
    expect(verdict()).toBe('waiting');
    await vendor.control('POST', `/designs/${design}/edit`, {});
    await vendor.deliver(taskId);
    await eventually(() => verdict() === 'done');

    await vendor.control('POST', `/tasks/${taskId}/reject`, {});
    await vendor.deliver(taskId);
    expect(verdict()).toBe('wrong');
    expect(sandbox.ledger().tasks[0]?.reason).toContain('rejected picture');
  });

  describe('by choice', () => {
    /** Delivers the first of the task's creatives for each of its expected outputs. */
    const deliverTheFirst = async (taskId: string): Promise<void> => {
      const task = await vendor.task(taskId);
      const mappings = await Promise.all(
        vendor.wanted(task).map(async (wanted) => {
          const bytes = (await vendor.creative(task, wanted)) ?? Buffer.from('a file of somebody');
          return { ...wanted.key, assetId: await vendor.upload(wanted.fileName, bytes) };
        }),
      );
      expect((await vendor.submit(taskId, mappings)).status).toBe(200);
    };

    it('accepts what an operator decided, and says so', async () => {
      const taskId = await begin({ day: { defects: ['missing creative'] } });
      await deliverTheFirst(taskId);
      expect(verdict()).toBe('wrong');
      await vendor.control('POST', `/tasks/${taskId}/choose`, {});
      await eventually(() => verdict() === 'done');
      expect(sandbox.ledger().tasks[0]).toMatchObject({ reason: expect.stringMatching(/^By choice/) as unknown });
      expect(sandbox.ledger().tasks[0]?.files.every(({ byChoice, right }) => byChoice && right)).toBe(true);
    });

    it('accepts no other creative than the one that was chosen', async () => {
      const taskId = await begin();
      await vendor.control('POST', `/tasks/${taskId}/choose`, { creative: 'another-creative' });
      await vendor.deliver(taskId);
      expect(sandbox.ledger().tasks[0]).toMatchObject({
        verdict: 'wrong',
        reason: expect.stringContaining('an operator chose creative another-creative') as unknown,
      });
    });

    it('accepts a rejected picture that an operator sends again', async () => {
      const taskId = await begin();
      await vendor.deliver(taskId);
      await vendor.control('POST', `/tasks/${taskId}/reject`, {});
      await vendor.control('POST', `/tasks/${taskId}/choose`, {});
      await vendor.deliver(taskId);
      await eventually(() => verdict() === 'done');
      expect(sandbox.ledger().tasks[0]).toMatchObject({
        round: 1,
        reason: expect.stringMatching(/^By choice/) as unknown,
      });
    });
  });

  it('leaves deleted tasks out', async () => {
    const taskId = await begin();
    await vendor.control('POST', `/tasks/${taskId}/delete`);
    expect(sandbox.ledger().summary.tasks).toBe(0);
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).status).toBe(400);
  });

  it('writes delivered pictures and a gallery', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const taskId = await begin({ deliveredFolder: folder });
    await vendor.deliver(taskId);
    await sandbox.stop();
    const { product = '', files = [] } = sandbox.ledger().tasks[0] ?? {};
    expect((await readdir(join(folder, 'acme', product))).sort()).toEqual(files.map(({ fileName }) => fileName).sort());
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toContain(files[0]?.fileName);
    await rm(folder, { recursive: true });
  });

  it('asks for everything again after a reset, and is content with a fresh round', async () => {
    const taskId = await begin();
    await vendor.deliver(taskId);
    await eventually(() => verdict() === 'done');
    await vendor.control('POST', `/tasks/${taskId}/reset`);
    expect(verdict()).toBe('waiting');
    await vendor.deliver(taskId);
    await eventually(() => verdict() === 'done');
    expect(sandbox.ledger().tasks[0]?.round).toBe(1);
  });

  it('allows a start in the round before a reset and one in the round after it', async () => {
    const taskId = await begin();
    await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    await vendor.control('POST', `/tasks/${taskId}/reset`);
    await vendor.deliver(taskId);
    await eventually(() => verdict() === 'done');
    expect(sandbox.ledger().summary.twice).toBe(0);
  });

  it('forgets with a reset what was wrong before it, but not what is wrong after it', async () => {
    const taskId = await begin();
    const spoil = (file: { fileName: string; bytes: Buffer }): { fileName: string; bytes: Buffer } => ({
      ...file,
      bytes: Buffer.concat([file.bytes, Buffer.from([0])]),
    });
    await vendor.submit(taskId, await vendor.prepare(taskId, spoil));
    expect(verdict()).toBe('wrong');
    await vendor.control('POST', `/tasks/${taskId}/reset`);
    expect(verdict()).toBe('waiting');
    await vendor.submit(taskId, await vendor.prepare(taskId, spoil));
    expect(verdict()).toBe('wrong');
  });

  it('asks for corrections only in a round after a rejection after a reset', async () => {
    const taskId = await begin();
    await vendor.control('POST', `/tasks/${taskId}/reset`);
    await vendor.deliver(taskId);
    await vendor.control('POST', `/tasks/${taskId}/reject`, { comment: 'Too dark' });
    const design = await vendor.control('POST', `/designs/${taskId}/edit`, {});
    expect(design.status).toBe(200);
    expect((await vendor.deliver(taskId)).status).toBe(200);
    await eventually(() => verdict() === 'done');
    expect(sandbox.ledger().tasks[0]?.round).toBe(2);
  });

  it('counts a start twice whose lost answer was not looked after', async () => {
    const taskId = await begin();
    await vendor.control('POST', '/faults', { endpoint: 'startTask', answer: 'answerLost' });
    await expect(vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`)).rejects.toThrow();
    expect((await vendor.deliver(taskId)).status).toBe(200);
    expect(verdict()).toBe('twice');
  });
});
