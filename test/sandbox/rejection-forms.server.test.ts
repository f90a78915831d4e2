import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { Vendor } from './vendor';

interface Told {
  readonly status: string;
  readonly outputs: readonly (boolean | undefined)[];
  readonly shots: readonly (boolean | undefined)[];
  readonly notes: readonly { readonly specId?: string | null }[];
  readonly events: number;
  readonly due: readonly string[];
}

describe('the forms of a rejection', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let taskId: string;

  /** Rejects the first output of a delivered task of two outputs, and says how Creative Force shows it. */
  const reject = async (options: SandboxOptions): Promise<Told> => {
    sandbox = await startQuickSandbox({
      seed: 'two outputs',
      day: { variantsPerPosition: 2 },
      ...options,
      creativeForce: { statusNames: 'always', ...options.creativeForce },
    });
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
    taskId = sandbox.ledger().tasks[0]?.taskId ?? '';
    await vendor.deliver(taskId);
    await eventually(() => sandbox.ledger().finished);
    const [first] = vendor.wanted(await vendor.task(taskId));
    await vendor.control('POST', `/tasks/${taskId}/reject`, { outputs: [`${first?.position}/${first?.size}`] });
    return told();
  };
  const told = async (): Promise<Told> => {
    const path = `/extpost/tasks/${taskId}`;
    const detail = (await vendor.gateway('GET', path)).json as {
      stepStatusName: string;
      assetLifeCycles: { isRejected?: boolean; outputSpecs: { isRejected?: boolean }[] }[];
    };
    const notes = (await vendor.gateway('GET', `${path}/annotation`)).json as { kind: string; specId?: string }[];
    const events = (await vendor.control('GET', '/events')).json as { action?: string; attempt?: number }[];
    const state = (await vendor.control('GET', `/tasks/${taskId}`)).json as { due: string[] };
    const [shot, ...others] = detail.assetLifeCycles;
    return {
      status: detail.stepStatusName,
      outputs: (shot?.outputSpecs ?? []).map(({ isRejected }) => isRejected),
      shots: [shot, ...others].map((one) => one?.isRejected),
      notes: notes.filter(({ kind }) => kind === 'rejection'),
      events: events.filter(({ action, attempt }) => action === 'ExternalPostTaskRejected' && attempt === 1).length,
      due: state.due,
    };
  };

  afterEach(() => sandbox.stop());

  it.each([
    ['flags', { status: 'To Do', outputs: [true, false], shots: [true] }, 1, 1],
    ['output flags', { status: 'To Do', outputs: [true, false], shots: [false] }, 1, 1],
    ['shot flags', { status: 'To Do', outputs: [false, false], shots: [true] }, 2, 2],
    ['status', { status: 'QCRejected', outputs: [false, false], shots: [false] }, 0, 1],
    ['note', { status: 'In Progress', outputs: [false, false], shots: [false] }, 1, 1],
    ['event', { status: 'In Progress', outputs: [false, false], shots: [false] }, 0, 1],
  ] as const)('show what each of them says: %s', async (form, shown, notes, due) => {
    const creativeForce = { rejectionForms: [form], rejectedStatuses: [{ id: 4100, name: 'QCRejected' }] };
    const rejection = await reject({ creativeForce });
    const { outputs, shots } = rejection;
    expect({ status: rejection.status, outputs, shots: [shots[0]] }).toEqual(shown);
    expect([rejection.notes.length, rejection.due.length]).toEqual([notes, due]);
    expect(rejection.events).toBe(1);
  });

  it('leave false flags out', async () => {
    const { outputs, shots } = await reject({ creativeForce: { rejectionForms: ['event'], falseFlags: ['omitted'] } });
    expect([...outputs, ...shots].every((flag) => flag === undefined)).toBe(true);
  });

  it('name only the shot in a note', async () => {
    const { notes } = await reject({ creativeForce: { rejectionNotes: ['shot'] } });
    expect(notes.map(({ specId }) => specId)).toEqual([undefined]);
  });

  it.each([
    ['note', 0],
    ['event', 1],
  ] as const)('lose the event unless there is nothing else: %s', async (form, events) => {
    const options = { creativeForce: { rejectionForms: [form] }, webhooks: { laterEvents: ['lost' as const] } };
    expect((await reject(options)).events).toBe(events);
  });

  it.each(['status', 'note', 'event'] as const)('take exactly what was rejected: %s', async (form) => {
    await reject({ creativeForce: { rejectionForms: [form] } });
    const wanted = vendor.wanted(await vendor.task(taskId));
    await vendor.control('POST', `/designs/${taskId}/edit`, {});
    const task = await vendor.task(taskId);
    const all = await Promise.all(
      wanted.map(async (each) => ({
        ...each.key,
        assetId: await vendor.upload(each.fileName, (await vendor.creative(task, each)) ?? Buffer.alloc(0)),
      })),
    );
    expect((await vendor.submit(taskId, all)).json).toMatchObject({ statusCode: 406 });
    expect((await vendor.submit(taskId, all.slice(0, 1))).status).toBe(200);
    await eventually(() => sandbox.ledger().finished);
    expect(sandbox.ledger().tasks[0]).toMatchObject({ verdict: 'done', round: 1 });
  });
});
