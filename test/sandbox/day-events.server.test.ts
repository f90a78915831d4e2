import type { LedgerTask, Sandbox, SandboxOptions } from '../../sandbox';
import type { Task } from '../../sandbox/day/model';
import { createStudios } from '../../sandbox/day/studios';
import { writeDay } from '../../sandbox/day/write-day';
import { settingsOf } from '../../sandbox/options';
import { createRandom } from '../../sandbox/random';
import { eventually, startQuickSandbox } from './start';
import { Vendor } from './vendor';

describe('what happens in the day by itself', () => {
  let sandbox: Sandbox;
  const vendors = new Map<string, Vendor>();

  const begin = async (day: SandboxOptions['day'], options: SandboxOptions = {}): Promise<void> => {
    sandbox = await startQuickSandbox({ ...options, day: { tasks: 6, lostWebhooks: 0, defects: [], ...day } });
    vendors.clear();
    for (const studio of ['acme', 'nordlicht'] as const) vendors.set(studio, new Vendor(sandbox, studio));
    await control('POST', '/day/begin');
    await eventually(() => tasks().every((task) => task.readyAt !== undefined));
  };
  const tasks = (): readonly LedgerTask[] => sandbox.ledger().tasks;
  const vendorOf = (studio: string): Vendor => {
    const vendor = vendors.get(studio);
    if (vendor === undefined) throw new Error(`Nobody works for ${studio}.`);
    return vendor;
  };
  const control = (method: string, path: string, body?: unknown): ReturnType<Vendor['control']> =>
    vendorOf('acme').control(method, path, body);
  const deliverAll = async (): Promise<void> => {
    for (const { taskId, studio } of tasks()) await vendorOf(studio).deliver(taskId);
  };
  const theOne = (isMeant: (task: LedgerTask) => boolean): LedgerTask => {
    const [found, ...others] = tasks().filter(isMeant);
    return found === undefined || others.length > 0 ? none() : found;
  };
  const none = (): never => {
    throw new Error('There is no such task, or there are several.');
  };

  /** Waits until the sandbox has written down that this happened. */
  const until = async (kind: string): Promise<void> => {
    const giveUpAt = Date.now() + 2_000;
    while (!(await control('GET', '/events')).text.includes(`"${kind}"`)) {
      if (Date.now() > giveUpAt) throw new Error(`Nobody wrote "${kind}" down.`);
    }
  };

  afterEach(() => sandbox.stop());

  describe('a rejection', () => {
    const isRejected = ({ sentBack, round }: LedgerTask): boolean => sentBack.length > 0 || round > 0;

    it('sends one output of one task back, with a marking, and edits its design a little later', async () => {
      await begin({ events: ['rejection'], correctedAfterMs: 20 });
      await deliverAll();
      await eventually(() => tasks().some(isRejected));
      const { taskId, studio, sentBack, verdict } = theOne(isRejected);
      expect(sentBack).toHaveLength(1);
      expect(verdict).toBe('waiting');
      const notes = await vendorOf(studio).gateway('GET', `/extpost/tasks/${taskId}/annotation`);
      expect(notes.json).toContainEqual(
        expect.objectContaining({
          kind: 'rejection',
          markings: [
            expect.objectContaining({ type: 'rectangle', points: [expect.anything(), expect.anything()] }),
            expect.objectContaining({ type: expect.any(String) as unknown }),
          ],
        }),
      );
      await until('design edited');
      expect((await vendorOf(studio).deliver(taskId)).status).toBe(200);
      await eventually(() => sandbox.ledger().finished);
      expect(theOne(isRejected)).toMatchObject({
        verdict: 'done',
        round: 1,
        trigger: 'correction',
        sentBack: [],
        reason: 'The correction was delivered right and accepted.',
      });
    });

    it('makes the same pixels again wrong', async () => {
      await begin({ events: ['rejection'], correctedAfterMs: 60_000 });
      await deliverAll();
      await eventually(() => tasks().some(isRejected));
      const { taskId, studio } = theOne(isRejected);
      await vendorOf(studio).deliver(taskId);
      expect(theOne(isRejected).verdict).toBe('wrong');
    });

    it('makes anything but the correction wrong, even where Creative Force takes more', async () => {
      await begin({ events: [] }, { creativeForce: { correctionSuperset: 'accepted' } });
      const { taskId, studio } =
        tasks().find(({ studio: name, expected }) => name === 'acme' && expected > 1) ?? none();
      const vendor = vendorOf(studio);
      await vendor.deliver(taskId);
      const [wanted] = vendor.wanted(await vendor.task(taskId));
      await control('POST', `/tasks/${taskId}/reject`, { outputs: [`${wanted?.position}/${wanted?.size}`] });
      await control('POST', `/designs/${taskId}/edit`, {});
      const task = await vendor.task(taskId);
      const everything = await Promise.all(
        vendor.wanted(task).map(async (each) => {
          const bytes = await vendor.creative(task, each);
          return { ...each.key, assetId: await vendor.upload(each.fileName, bytes ?? Buffer.alloc(0)) };
        }),
      );
      expect((await vendor.submit(taskId, everything)).status).toBe(200);
      const { verdict, reason } = theOne((one) => one.taskId === taskId);
      expect(verdict).toBe('wrong');
      expect(reason).toContain('nobody had sent it back');
    });

    it('counts an accepted delivery that is still to be rejected as waiting', async () => {
      await begin({ events: ['rejection'], verdictAfterMs: 60_000 });
      await deliverAll();
      expect(tasks().filter(({ reason }) => reason.includes('its rejection is still to come'))).toHaveLength(1);
      expect(sandbox.ledger({ final: true }).summary.lost).toBe(1);
    });

    it('does not come once it is switched off', async () => {
      await begin({ events: ['rejection'] });
      await control('PATCH', '/settings', { day: { events: [] } });
      await deliverAll();
      await eventually(() => sandbox.ledger().finished);
      expect(sandbox.ledger().summary).toMatchObject({ done: 6 });
    });
  });

  describe('a late creative', () => {
    const isLate = ({ trigger }: LedgerTask): boolean => trigger === 'the creative has come';
    const look = async ({ taskId, studio }: LedgerTask): Promise<void> => {
      const vendor = vendorOf(studio);
      const task = await vendor.task(taskId);
      for (const wanted of vendor.wanted(task)) await vendor.creative(task, wanted);
    };

    it('comes some time after the vendor has looked for it, and then the task can be done', async () => {
      await begin({ tasks: 1, defects: ['missing creative'], events: ['late creative'], creativeAfterMs: 20 });
      const [task] = tasks() as [LedgerTask];
      await look(task);
      await eventually(() => tasks().some(isLate));
      expect((await vendorOf(task.studio).deliver(task.taskId)).status).toBe(200);
      await eventually(() => sandbox.ledger().finished);
      expect(sandbox.ledger().line).toBe('1 tasks: 1 done, 0 need attention, 0 lost, 0 twice, 0 wrong');
    });

    it('is waited for by the ledger', async () => {
      await begin({ tasks: 1, defects: ['missing creative'], events: ['late creative'], creativeAfterMs: 60_000 });
      await look((tasks() as [LedgerTask])[0]);
      expect(tasks()[0]).toMatchObject({
        verdict: 'waiting',
        reason: 'A creative is missing in Celtra; it is still to come.',
      });
    });

    it('does not come once it is switched off', async () => {
      await begin({ tasks: 1, defects: ['missing creative'], events: ['late creative'], creativeAfterMs: 0 });
      await control('PATCH', '/settings', { day: { events: [] } });
      await look((tasks() as [LedgerTask])[0]);
      expect(tasks()[0]?.verdict).toBe('needs attention');
    });
  });

  describe('a bypass', () => {
    const isBypassed = ({ verdict }: LedgerTask): boolean => verdict === 'bypassed';

    it('takes a task away whose creatives are asked for while it is under way', async () => {
      await begin({ events: ['bypass'] });
      for (const { taskId, studio } of tasks()) {
        await vendorOf(studio).prepare(taskId);
        expect(tasks().some(isBypassed)).toBe(false);
      }
      await deliverAll();
      await eventually(() => sandbox.ledger().tasks.every(({ verdict }) => verdict !== 'waiting'));
      // The vendor of this test submits without looking again.
      expect(sandbox.ledger().summary).toMatchObject({ done: 5, wrong: 1 });
    });

    it('is right when nothing is submitted after it', async () => {
      await begin({ events: ['bypass'] });
      for (const { taskId, studio } of tasks()) {
        const vendor = vendorOf(studio);
        await vendor.gateway('PUT', `/extpost/tasks/${taskId}/start`);
        const mappings = await vendor.prepare(taskId);
        if ((await vendor.gateway('GET', `/extpost/tasks/${taskId}`)).status === 200) {
          await vendor.submit(taskId, mappings);
        }
      }
      await eventually(() => sandbox.ledger().finished);
      expect(sandbox.ledger().line).toBe('6 tasks: 5 done, 0 need attention, 1 bypassed, 0 lost, 0 twice, 0 wrong');
    });
  });
});

describe('the cast of a day', () => {
  const castOf = (day: SandboxOptions['day']): Task[] => {
    const random = createRandom('cast');
    return writeDay(random, createStudios(random), settingsOf({ day }).day, 0).filter(({ event }) => event);
  };

  it('has two tasks to reject, of which one stays so, and one to bypass, without other scenarios', () => {
    const cast = castOf({ tasks: 20 });
    expect(cast.map(({ event }) => event).sort()).toEqual(['bypass', 'rejection', 'uncorrected rejection']);
    expect(cast.every(({ defect, announcement }) => defect === undefined && announcement === 'sent')).toBe(true);
  });

  it.each([
    ['small', { tasks: 19 }],
    ['without defects', { tasks: 20, defects: [] }],
  ])('is empty in a day that is %s', (_, day) => {
    expect(castOf(day)).toEqual([]);
  });

  it('rejects a part of a task, so that only a part is due again', () => {
    const rejected = castOf({ tasks: 20 }).find(({ event }) => event === 'rejection');
    expect(rejected?.shots.flatMap(({ expected }) => expected).length).toBeGreaterThan(1);
  });
});
