import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { Vendor, type Answer } from './vendor';

describe('what people do to a task of the sandbox', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let taskId: string;

  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    taskId = sandbox.ledger().tasks[0]?.taskId ?? '';
  };
  const act = (name: string, body: unknown = {}): Promise<Answer> =>
    vendor.control('POST', `/tasks/${taskId}/${name}`, body);
  const read = (): Promise<Answer> => vendor.gateway('GET', `/extpost/tasks/${taskId}`);

  afterEach(() => sandbox.stop());

  it.each([
    ['bypass', { force: true }, 'bypassed', 400, 10],
    ['change-vendor', {}, 'vendor changed', 403, 10],
    ['delete', {}, 'deleted', 400, 6],
  ])('%s takes the task away without a word', async (name, body, status, detail, code) => {
    await begin();
    const mappings = await vendor.prepare(taskId);
    expect((await act(name, body)).json).toMatchObject({ taskId, status });
    expect(await vendor.listing()).toEqual([]);
    expect((await read()).status).toBe(detail);
    expect((await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`)).status).toBe(detail);
    expect((await vendor.submit(taskId, mappings)).json).toMatchObject({ statusCode: code });
    // A bypassed task stays in sight: a submission of it, though refused, is wrong.
    expect(sandbox.ledger().tasks.map(({ verdict }) => verdict)).toEqual(name === 'bypass' ? ['wrong'] : []);
  });

  it('answers for a task that is gone as the setting says', async () => {
    await begin({ creativeForce: { goneAnswers: { deleted: 404, bypassed: 404, 'vendor changed': 200 } } });
    await act('change-vendor');
    expect((await read()).status).toBe(200);
    expect((await read()).json).not.toMatchObject({ postProductionVendorId: vendor.studio.vendorId });
    await act('delete');
    expect(await read()).toMatchObject({ status: 404, text: '' });
  });

  it('refuses a bypass where a position has several variants', async () => {
    await begin({ day: { variantsPerPosition: 2 } });
    const answer = await act('bypass');
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('several variants');
  });

  it('reset makes the same task ready again, for all outputs', async () => {
    await begin();
    await vendor.deliver(taskId);
    expect((await act('reset')).json).toMatchObject({ status: 'to do', round: 1, submitted: false });
    const task = await vendor.task(taskId);
    expect(task.stepStatusId).toBe(2000);
    expect(vendor.wanted(task).some(({ isRejected }) => isRejected)).toBe(false);
    expect((await vendor.deliver(taskId)).status).toBe(200);
  });

  it('reset brings back a task that another vendor had', async () => {
    await begin();
    await act('change-vendor');
    await act('reset');
    expect(await vendor.listing()).toEqual([taskId]);
  });

  it('lets somebody else finish the task', async () => {
    await begin();
    const mappings = await vendor.prepare(taskId);
    expect((await act('done')).json).toMatchObject({ status: 'done', due: [] });
    expect((await vendor.task(taskId)).stepStatusId).toBe(9000);
    expect((await vendor.submit(taskId, mappings)).json).toMatchObject({ statusCode: 154 });
    expect(sandbox.ledger().tasks[0]).toMatchObject({ verdict: 'done', reason: 'Somebody else finished it.' });
  });

  it('writes a note that the vendor reads, and moves the deadline', async () => {
    await begin();
    await act('annotate', { comment: 'Mind the logo' });
    const notes = await vendor.gateway('GET', `/extpost/tasks/${taskId}/annotation`);
    expect(notes.json).toContainEqual(expect.objectContaining({ kind: 'instruction', comment: 'Mind the logo' }));
    const deadline = Date.parse('2027-01-31T12:00:00Z');
    expect((await act('deadline', { deadline: '2027-01-31T12:00:00Z' })).json).toMatchObject({ deadline });
  });

  it('names the outputs that there are when one is not known', async () => {
    await begin();
    const answer = await act('annotate', { comment: 'x', outputs: ['Nowhere'] });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('This task has Front/')]);
  });

  it('finds a task by its product code and by the beginning of its id', async () => {
    await begin();
    const product = sandbox.ledger().tasks[0]?.product ?? '';
    for (const name of [product.toLowerCase(), taskId.slice(0, 8)])
      expect((await vendor.control('GET', `/tasks/${name}`)).json).toMatchObject({ taskId });
  });

  it('saves a change of the design that a task is about', async () => {
    await begin();
    const answer = await vendor.control('POST', `/designs/${taskId}/edit`, { outputs: ['Front'] });
    expect(answer.json).toMatchObject({ versions: 2 });
  });

  it('answers 409 for an action that is not possible now', async () => {
    await begin();
    await act('delete');
    for (const name of ['delete', 'reset', 'bypass', 'done']) expect((await act(name)).status).toBe(409);
  });

  it('returns events from a position on', async () => {
    await begin();
    const all = (await vendor.control('GET', '/events')).json as unknown[];
    await act('annotate', { comment: 'x' });
    const fresh = await vendor.control('GET', `/events?after=${all.length}`);
    expect(fresh.json).toContainEqual(expect.objectContaining({ kind: 'annotated', taskId }));
    expect(fresh.json).not.toContainEqual(expect.objectContaining({ kind: 'ready' }));
  });
});
