import { placeMarking, type Box, type DrawnMarking } from '../../domain/delivery/marking';
import type { TaskReference } from '../../domain/task/task';
import { expectedOutputs } from '../../domain/task/expected-output';
import { prepare, submitWhenKnown } from './deliver';
import { elsewhere } from './environment';
import {
  canChangeSettings,
  describeIf,
  NO_CONTROL,
  openTarget,
  USES_UP_TASKS,
  type GatewaySettings,
  type Target,
} from './target';

describeIf(elsewhere === undefined, 'A rejection', USES_UP_TASKS, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  /** Delivers a task, rejects its first output under these settings, and reads what is left of that. */
  const rejected = async (settings: GatewaySettings) => {
    const reference = await target.taskToUseUp('ecom');
    if (reference === undefined) throw new Error('All tasks are used up.');
    await submitWhenKnown(target.client, reference, await prepare(target.client, reference));
    return target.during({ statusNames: 'always', listingStatusNames: true, ...settings }, async () => {
      const [first] = expectedOutputs(await target.client.readTask(reference));
      const outputs = [first?.expected.shotId ?? ''];
      await target.control.call('POST', `/tasks/${reference.taskId}/reject`, { outputs });
      const task = await target.client.readTask(reference);
      const notes = await target.client.readAnnotations(reference);
      return {
        reference,
        statusText: task.statusText,
        rowText: (await rowOf(reference))?.statusText,
        flags: expectedOutputs(task).filter(({ expected }) => expected.isRejected === true).length,
        hasReturnedAll: expectedOutputs(task).every(({ expected }) => expected.assetId !== undefined),
        notes: notes.filter(({ kind }) => kind === 'rejection'),
      };
    });
  };
  const rowOf = async ({ taskId }: TaskReference) => {
    const { rows } = await target.client.listTasks({ vendorId: target.vendorId ?? '', pageNumber: 1, pageSize: 100 });
    return rows.find((row) => row.taskId === taskId);
  };

  it.each<[GatewaySettings, string, { flagged: boolean; noted: boolean }]>([
    [{ rejectionForms: ['flags'] }, 'To Do', { flagged: true, noted: true }],
    [{ rejectionForms: ['output flags'], falseFlags: ['omitted'] }, 'To Do', { flagged: true, noted: true }],
    [{ rejectionForms: ['shot flags'], falseFlags: ['omitted'] }, 'To Do', { flagged: true, noted: true }],
    [{ rejectionForms: ['shot flags'] }, 'To Do', { flagged: true, noted: true }],
    [{ rejectionForms: ['status'] }, 'Rejected', { flagged: false, noted: false }],
    [
      { rejectionForms: ['status'], rejectedStatuses: [{ id: 4100, name: 'QCRejected' }] },
      'QCRejected',
      { flagged: false, noted: false },
    ],
    [{ rejectionForms: ['note'], falseFlags: ['omitted'] }, 'In Progress', { flagged: false, noted: true }],
    [{ rejectionForms: ['event'] }, 'In Progress', { flagged: false, noted: false }],
  ])('is read in each of its forms: %j', async (settings, statusText, { flagged, noted }) => {
    const { flags, notes, reference: _, ...read } = await rejected(settings);
    expect(read).toEqual({ statusText, rowText: statusText, hasReturnedAll: true });
    expect([flags > 0, notes.length > 0]).toEqual([flagged, noted]);
  });

  it.each([
    ['output', true],
    ['shot', false],
  ] as const)('has notes that name what they are about: %s', async (rejectionNotes, namesOutput) => {
    const { notes } = await rejected({ rejectionForms: ['note'], rejectionNotes: [rejectionNotes] });
    expect(notes.every(({ shotId }) => shotId !== undefined)).toBe(true);
    expect(notes.every(({ assetId }) => (assetId !== undefined) === namesOutput)).toBe(true);
  });

  it('has markings that mean the same in each of their forms', async () => {
    const { reference, notes } = await rejected({ rejectionForms: ['note'] });
    const [plain] = notes;
    const placed = (markings: readonly DrawnMarking[] = []) => markings.map((one) => placeMarking(one, undefined));
    expect(placed(plain?.markings)[0]).toMatchObject({
      kind: 'rectangle',
      box: { x: 0.18, y: 0.2, width: 0.44, height: 0.35 },
    });
    for (const form of ['fractions', 'percent', 'pixels', 'boxes', 'svg'] as const) {
      const again = await target.during({ markingForms: [form] }, () => target.client.readAnnotations(reference));
      const markings = again.find(({ annotationId }) => annotationId === plain?.annotationId)?.markings;
      expect(placed(markings).map(({ kind, box, text }) => ({ kind, box, text }))).toEqual(
        placed(plain?.markings).map(({ kind, box, text }) => ({ kind, text, box: nearly(box) })),
      );
    }
  });
});

function nearly(box: Box): unknown {
  const { x, y, width, height } = box;
  const [nearX, nearY, nearWidth, nearHeight] = [x, y, width, height].map(
    (value) => expect.closeTo(value, 2) as unknown,
  );
  return { x: nearX, y: nearY, width: nearWidth, height: nearHeight };
}

describeIf(canChangeSettings, 'An answer with few keys', NO_CONTROL, () => {
  let target: Target;
  let reference: TaskReference;
  beforeAll(async () => {
    target = await openTarget();
    const open = await target.openTask('ecom');
    if (open === undefined) throw new Error('The sandbox lists no open ecom task.');
    reference = open;
  });
  afterAll(() => target.close());

  it('is a task with the same outputs, whose product is read by its id', async () => {
    const whole = await target.client.readTask(reference);
    const few = await target.during({ detailKeys: ['few'] }, () => target.client.readTask(reference));
    expect(few.product?.code).toBeUndefined();
    expect(await target.client.readProduct(few.product?.id ?? '')).toMatchObject({ code: whole.product?.code });
    expect(few.shots).toEqual(whole.shots);
    expect([few.status, few.contentCreationType]).toEqual([whole.status, whole.contentCreationType]);
  });

  it('is a listing of the same tasks', async () => {
    const list = () => target.client.listTasks({ vendorId: target.vendorId ?? '', pageNumber: 1, pageSize: 100 });
    const whole = await list();
    const few = await target.during({ listingKeys: ['few'], listingStatusNames: false }, list);
    expect(few.rows.map(({ taskId }) => taskId)).toEqual(whole.rows.map(({ taskId }) => taskId));
    expect(few.rows.every(({ jobCode }) => jobCode === undefined)).toBe(true);
    expect(few.unread).toBeUndefined();
  });
});
