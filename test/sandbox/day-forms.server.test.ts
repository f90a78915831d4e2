import type { LedgerTask, Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { Vendor } from './vendor';

describe('the further events of a day', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;

  /** Begins a day of six tasks, and delivers each of them that is not deleted. */
  const begin = async (options: SandboxOptions): Promise<void> => {
    const day = { defects: [], lostWebhooks: 0, ...options.day };
    sandbox = await startQuickSandbox({ ...options, day: { ...day, tasks: 6, duplicateWebhooks: 0 } });
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    for (const { taskId, studio, verdict } of sandbox.ledger().tasks) {
      if (verdict === 'waiting') await new Vendor(sandbox, studio).deliver(taskId);
    }
  };
  const special = (isMeant: (task: LedgerTask) => boolean): LedgerTask => {
    const [found, ...others] = sandbox.ledger().tasks.filter(isMeant);
    if (found === undefined || others.length > 0) throw new Error('There is no such task, or there are several.');
    return found;
  };

  afterEach(() => sandbox.stop());

  it.each(['reset', 'late reset'] as const)('make one task ready again after its delivery: %s', async (event) => {
    await begin({ day: { events: [event], lateAfterMs: 10 } });
    await eventually(() => sandbox.ledger().tasks.some(({ round }) => round === 1));
    const { taskId, studio, verdict } = special(({ round }) => round === 1);
    expect(verdict).toBe('waiting');
    expect((await new Vendor(sandbox, studio).deliver(taskId)).status).toBe(200);
    await eventually(() => sandbox.ledger().finished);
    expect(sandbox.ledger().summary).toMatchObject({ done: 6, lost: 0 });
  });

  it('reject one task some time after it was Done', async () => {
    await begin({ day: { events: ['late rejection'], lateAfterMs: 10 } });
    await eventually(() => sandbox.ledger().tasks.some(({ sentBack }) => sentBack.length > 0));
    const { taskId, verdict } = special(({ round }) => round === 1);
    expect(verdict).toBe('waiting');
    const events = (await vendor.control('GET', '/events')).json as { kind: string; taskId?: string }[];
    const kinds = events.flatMap((event) => (event.taskId === taskId ? [event.kind] : []));
    expect(kinds.filter((kind) => ['done', 'reject', 'reset'].includes(kind))).toEqual(['done', 'reject']);
  });

  it('wait for a rejection that is still to come after Done', async () => {
    await begin({ day: { events: ['late rejection'], lateAfterMs: 60_000 } });
    await eventually(() => sandbox.ledger().tasks.every(({ doneAt }) => doneAt !== undefined));
    expect(special(({ verdict }) => verdict === 'waiting').reason).toContain('its rejection is still to come');
  });

  it('reject one task whose design nobody edits, which is right once it was read again', async () => {
    await begin({ day: { events: ['uncorrected rejection'] } });
    await eventually(() => sandbox.ledger().tasks.some(({ round }) => round === 1));
    const { taskId, studio, verdict } = special(({ round }) => round === 1);
    expect(verdict).toBe('waiting');
    await new Vendor(sandbox, studio).gateway('GET', `/extpost/tasks/${taskId}`);
    expect(special(({ round }) => round === 1).verdict).toBe('needs attention');
    await new Vendor(sandbox, studio).deliver(taskId);
    expect(special(({ round }) => round === 1).verdict).toBe('wrong');
  });

  it.each([400, 404, 410] as const)('delete one task before anybody has read it, and answer %d', async (deleted) => {
    const goneAnswers = { deleted, bypassed: 400, 'vendor changed': 403 } as const;
    await begin({ day: { events: ['deletion'] }, creativeForce: { goneAnswers } });
    const { taskId, studio, reason } = special(({ verdict }) => verdict === 'deleted');
    expect(reason).toBe('It was deleted, and nothing was submitted after that.');
    vendor = new Vendor(sandbox, studio);
    expect((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).status).toBe(deleted);
    expect(await vendor.listing()).not.toContain(taskId);
    await eventually(() => sandbox.ledger().finished);
    expect(sandbox.ledger().line).toBe('6 tasks: 5 done, 0 need attention, 1 deleted, 0 lost, 0 twice, 0 wrong');
    await vendor.submit(taskId, []);
    expect(special(({ verdict }) => verdict === 'wrong').taskId).toBe(taskId);
  });
});

describe('further forms', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;

  const begin = async (options: SandboxOptions): Promise<string> => {
    sandbox = await startQuickSandbox(options);
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    return sandbox.ledger().tasks[0]?.taskId ?? '';
  };

  afterEach(() => sandbox.stop());

  it('leave out what other calls give', async () => {
    const taskId = await begin({ creativeForce: { detailKeys: ['few'] } });
    const detail = (await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).json as { productId: string };
    expect(detail).not.toHaveProperty('productCode');
    expect((await vendor.gateway('GET', `/products/${detail.productId}`)).json).toHaveProperty('productCode');
  });

  it('list little more than ids, with the name of the status', async () => {
    await begin({ creativeForce: { listingKeys: ['few'], listingStatusNames: true, unknownKeys: false } });
    const page = (await vendor.gateway('GET', `/extpost/tasks?postProductionVendorId=${vendor.studio.vendorId}`))
      .json as { pageData: [object] };
    expect(Object.keys(page.pageData[0])).toEqual([
      'taskId',
      'clientId',
      'stepStatusId',
      'stepStatusName',
      'laterTypeId',
    ]);
  });

  it('write GUIDs and numbers in another way with every answer', async () => {
    const taskId = await begin({ creativeForce: { guidCase: 'byCall', numericStrings: 'byCall' } });
    const answers = [1, 2, 3, 4, 5, 6].map(() => vendor.gateway('GET', `/extpost/tasks/${taskId}`));
    const details = (await Promise.all(answers)).map(({ json }) => json as { taskId: string; stepId: unknown });
    expect(new Set(details.map((detail) => detail.taskId)).size).toBe(3);
    expect(new Set(details.map(({ stepId }) => typeof stepId))).toEqual(new Set(['string', 'number']));
  });

  it('have outputs that differ by their variant only, each with a creative of its own', async () => {
    const taskId = await begin({ day: { colourwayTasks: 1 } });
    const wanted = vendor.wanted(await vendor.task(taskId)).filter(({ size }) => size.includes('colourway'));
    expect(new Set(wanted.map(({ key }) => key.specId)).size).toBe(1);
    expect(new Set(wanted.map(({ fileName }) => fileName)).size).toBe(5);
    expect((await vendor.deliver(taskId)).status).toBe(200);
    await eventually(() => sandbox.ledger().finished);
    expect(sandbox.ledger().summary).toMatchObject({ done: 1, wrong: 0 });
  });

  it.each([
    ['creative force', 'html', 'text/html'],
    ['creative force', 'cutJson', 'application/json'],
    ['celtra', 'html', 'text/html'],
    ['celtra', 'cutJson', 'application/json'],
  ] as const)('answer 200 with what nobody can read during an outage: %s, %s', async (api, answer, contentType) => {
    const outages = [{ api, afterMs: 0, forMs: 60_000, answer }];
    const taskId = await begin({ day: { outages } });
    const ask = () =>
      api === 'celtra'
        ? vendor.celtra({ filters: { designFile: { id: [vendor.studio.sampleDesignId] } } })
        : vendor.gateway('GET', `/extpost/tasks/${taskId}`);
    const broken = await ask();
    expect(broken).toMatchObject({ status: 200, json: undefined });
    expect(broken.headers.get('content-type')).toContain(contentType);
    await vendor.control('PATCH', '/settings', { day: { outages: [] } });
    expect((await ask()).json).toBeDefined();
  });
});
