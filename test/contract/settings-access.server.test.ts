import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { downloadToFile, type RemoteCallError } from '../../clients';
import { errorOf } from '../clients/test-server';
import { elsewhere } from './environment';
import { everyCall } from './every-call';
import { idsOf } from './every-read';
import {
  canChangeSettings,
  describeIf,
  NO_CONTROL,
  openTarget,
  USES_UP_TASKS,
  unknownId,
  type Target,
  type GatewaySettings,
} from './target';

type Withheld = NonNullable<GatewaySettings['withheld']>;

describeIf(canChangeSettings, 'Access', NO_CONTROL, () => {
  let target: Target;
  beforeAll(async () => {
    target = await openTarget();
  });
  afterAll(() => target.close());

  it.each(everyCall)(
    'that a role lacks is told with the endpoint to ask the studio for: $name',
    async ({ endpoint, make }) => {
      const withheld = ofEveryStudio(endpoint);
      const error = (await target.during({ withheld }, () => errorOf(make(target.client)))) as RemoteCallError;
      expect(error).toMatchObject({ kind: 'forbidden', status: 403, mayHaveActed: false });
      expect(error.message).toContain(`Ask the studio to allow ${error.endpoint}`);
    },
  );

  it('can be lacking in one flavour only', async () => {
    const withheld = ofEveryStudio('editorial:getTask');
    const kinds = await target.during({ withheld }, async () =>
      Promise.all(
        (['ecom', 'editorial'] as const).map(async (contentCreationType) => {
          const task = { studio: 'contract', taskId: unknownId(), contentCreationType };
          return ((await errorOf(target.client.readTask(task))) as RemoteCallError).kind;
        }),
      ),
    );
    expect(kinds).toEqual(['refused', 'forbidden']);
  });

  it('goes on when a token has ended meanwhile', async () => {
    const client = target.clientWith({});
    const read = () => client.listTasks({ vendorId: target.vendorId ?? '', pageNumber: 1, pageSize: 1 });
    await target.during({ tokenLifetimeSeconds: 0.001 }, () => read().catch(() => undefined));
    await expect(read()).resolves.toMatchObject({ rows: [{}] });
  });

  it('is refused with a message when every token has ended at once', async () => {
    const error = await target.during({ tokenLifetimeSeconds: 0 }, () =>
      errorOf(target.clientWith({}).readJob(unknownId())),
    );
    expect(error).toMatchObject({ kind: 'unauthorized', status: 401 });
  });

  it.each([true, false])('needs the scope, or does not, and the client sends it: %s', async (scopeCheck) => {
    const error = await target.during({ scopeCheck }, () => errorOf(target.clientWith({}).readJob(unknownId())));
    expect(error).toMatchObject({ kind: 'refused', status: 400 });
  });

  it.each([
    [{ retryAfterSeconds: null }, undefined],
    [{ retryAfterSeconds: 2, retryAfterAs: 'seconds' }, 2_000],
    [{ retryAfterSeconds: 30, retryAfterAs: 'date' }, 29_000],
  ] as const)('above the ceiling is “throttled”, with the wait that is asked for: %j', async (settings, atLeastMs) => {
    const vendorId = target.vendorId ?? '';
    const errors = await target.during({ ...settings, requestsPerSecond: 1 }, async () => {
      const read = () => target.client.listTasks({ vendorId, pageNumber: 1, pageSize: 1 });
      const ends = await Promise.allSettled([read(), read(), read()]);
      return ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as RemoteCallError] : []));
    });
    // The second that has just gone may hold other requests.
    expect(errors.length).toBeGreaterThanOrEqual(2);
    for (const error of errors) {
      expect(error).toMatchObject({ kind: 'throttled', status: 429, mayHaveActed: false });
      expect(error.retryAfterMs ?? 0).toBeGreaterThanOrEqual(atLeastMs ?? 0);
      expect(error.retryAfterMs === undefined).toBe(atLeastMs === undefined);
    }
  });

  it('to more ids than one call takes is refused with a message', async () => {
    const error = await target.during({ bulkMaximum: 3 }, () =>
      errorOf(target.client.readInputAssets(Array.from({ length: 4 }, unknownId))),
    );
    expect(error).toMatchObject({ kind: 'refused', status: 400 });
  });

  it('to the bytes of a file needs no token, and ends with its address', async () => {
    const reference = await target.openTask('ecom');
    if (reference === undefined) throw new Error('The sandbox lists no open ecom task.');
    const { fileIds } = await idsOf(target, reference, await target.client.readTask(reference));
    const folder = await mkdtemp(path.join(tmpdir(), 'extpost-contract-'));
    const fetched = async (readLifetimeSeconds: number) =>
      target.control.during({ store: { readLifetimeSeconds } }, async () => {
        const [file] = (await target.client.readFiles(fileIds.slice(0, 1))).found;
        return downloadToFile({
          url: file?.url ?? '',
          path: path.join(folder, 'file'),
          maxBytes: 1e8,
          allowLoopback: true,
        });
      });
    try {
      expect((await fetched(60)).bytes).toBeGreaterThan(0);
      expect(await errorOf(fetched(0))).toMatchObject({ kind: 'forbidden', status: 403 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('to a bulk call is refused with a message when its ids are written the other way', async () => {
    const bare = target.clientWith({ bulkRequest: 'bare' });
    const error = await target.during({ bulkRequest: 'wrapped' }, () => errorOf(bare.readFiles([unknownId()])));
    expect(error).toMatchObject({ kind: 'refused', status: 400 });
  });

  describeIf(elsewhere === undefined, 'to a task that is gone', USES_UP_TASKS, () => {
    it.each([
      ['delete', 'deleted'],
      ['bypass', 'bypassed'],
      ['change-vendor', 'vendor changed'],
    ] as const)('is an error in each of its forms, or shows the task: %s', async (act, state) => {
      const reference = await target.taskToUseUp('ecom');
      if (reference === undefined) throw new Error('All tasks are used up.');
      await target.control.call('POST', `/tasks/${reference.taskId}/${act}`, act === 'bypass' ? { force: true } : {});
      const gone = { deleted: 400, bypassed: 400, 'vendor changed': 400 } as const;
      const endWith = (status: 400 | 403 | 404 | 410) =>
        target.during({ goneAnswers: { ...gone, [state]: status } }, () => errorOf(target.client.readTask(reference)));
      expect(await endWith(400)).toMatchObject({ kind: 'refused', status: 400 });
      expect(await endWith(403)).toMatchObject({ kind: 'forbidden', status: 403, code: 'PER-3' });
      expect(await endWith(404)).toMatchObject({ kind: 'not found', status: 404 });
      expect(await endWith(410)).toMatchObject({ kind: 'not found', status: 410 });
      const shown = await target.during({ goneAnswers: { ...gone, [state]: 200 } }, () =>
        target.client.readTask(reference),
      );
      expect(shown.taskId).toBe(reference.taskId);
    });
  });
});

/** The account may be that of either studio of the sandbox. */
function ofEveryStudio(endpoint: string): Withheld {
  return { acme: [endpoint], nordlicht: [endpoint] } as Withheld;
}
