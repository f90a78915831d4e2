import { createAddressSeal, openUploadAddress } from '../../../activities/creative-force/address-seal';
import { createCreativeForceActivities } from '../../../activities/creative-force/creative-force-activities';
import type { UploadAddressRequest } from '../../../clients';
import { RemoteCallError } from '../../../clients/remote-call-error';
import type { Annotation, TaskReference } from '../../../domain/task/task';
import { aRejectionNote, aTask, feedSpec, storySpec, TASK_ID } from '../../support/facts';
import { aCreativeForceClient, anActivity, failureOf, studiosWith, run } from '../activity-harness';

const task: TaskReference = { studio: 'acme', taskId: TASK_ID, contentCreationType: 'ecom' };
const seal = createAddressSeal('client-secret');
const signedUrl = 'https://bucket.example/key?X-Amz-Signature=abcdef0123456789';

function callError(kind: RemoteCallError['kind'], status: number): RemoteCallError {
  const facts = { system: 'Creative Force', endpoint: 'GET …', kind, status, mayHaveActed: false } as const;
  return new RemoteCallError(`Creative Force answered with ${status}.`, facts);
}

describe('asking for upload addresses', () => {
  const request = {
    studio: 'acme',
    taskId: TASK_ID,
    workspaceId: 'workspace-1',
    files: [
      { expectedKey: 'shot/feed/1', fileName: 'feed.jpg', bytes: 10, md5: 'aa' },
      { expectedKey: 'shot/story/1', fileName: 'story.jpg', bytes: 20, md5: 'bb' },
    ],
  };
  /** Gives the second file an address and refuses the first. */
  function halfRefusing() {
    const asked: UploadAddressRequest[] = [];
    const creativeForce = aCreativeForceClient({
      requestUploadAddresses: (wanted) => {
        asked.push(wanted);
        return Promise.resolve({
          addresses: [{ localId: '2', url: signedUrl, headers: { 'content-type': 'image/jpeg' }, assetId: 'asset-2' }],
          refused: [{ localId: '1', code: '7', message: 'feed.jpg is too large.' }],
        });
      },
    });
    return { asked, ...createCreativeForceActivities(studiosWith({ creativeForce, seal })) };
  }

  it('asks for all files of a round in one call, under numbers of their own', async () => {
    const { asked, requestUploadAddresses } = halfRefusing();
    await run(requestUploadAddresses, request);
    expect(asked).toEqual([
      {
        workspaceId: 'workspace-1',
        files: [
          { localId: '1', fileName: 'feed.jpg', bytes: 10, md5: 'aa' },
          { localId: '2', fileName: 'story.jpg', bytes: 20, md5: 'bb' },
        ],
      },
    ]);
  });

  it('reports which file may be uploaded where, and which may not and why', async () => {
    const { requestUploadAddresses } = halfRefusing();
    const { slots, refused } = await run(requestUploadAddresses, request);
    expect([slots.map(({ expectedKey, assetId }) => [expectedKey, assetId]), refused]).toEqual([
      [['shot/story/1', 'asset-2']],
      [{ expectedKey: 'shot/feed/1', message: 'feed.jpg is too large.' }],
    ]);
  });

  it('lets no address be read in what goes to the history', async () => {
    const { requestUploadAddresses } = halfRefusing();
    const text = JSON.stringify(await run(requestUploadAddresses, request));
    expect(text).not.toMatch(/https?:|bucket\.example|X-Amz|abcdef0123456789/);
  });

  it('seals each address so that a worker of the same studio can use it', async () => {
    const { requestUploadAddresses } = halfRefusing();
    const { slots } = await run(requestUploadAddresses, request);
    expect(slots.map(({ sealedAddress }) => openUploadAddress(seal, TASK_ID, sealedAddress))).toMatchObject([
      { url: signedUrl, headers: { 'content-type': 'image/jpeg' } },
    ]);
  });
});

describe('reading from Creative Force', () => {
  it('passes on the task', async () => {
    const creativeForce = aCreativeForceClient({ readTask: () => Promise.resolve(aTask()) });
    const { readTask } = createCreativeForceActivities(studiosWith({ creativeForce }));
    await expect(run(readTask, task)).resolves.toEqual(aTask());
  });

  it.each<[string, () => Promise<Annotation[]>, object]>([
    ['its notes', () => Promise.resolve([aRejectionNote()]), { annotations: [aRejectionNote()] }],
    ['no notes where the role may not read them', () => Promise.reject(callError('forbidden', 403)), {}],
    ['no notes where there is no such call', () => Promise.reject(callError('not found', 404)), {}],
  ])('passes on the task with %s', async (_, readAnnotations, notes) => {
    const creativeForce = aCreativeForceClient({ readTask: () => Promise.resolve(aTask()), readAnnotations });
    const { readTaskAndNotes } = createCreativeForceActivities(studiosWith({ creativeForce }));
    await expect(run(readTaskAndNotes, task)).resolves.toEqual({ task: aTask(), ...notes });
  });

  it.each<[string, RemoteCallError | undefined, number]>([
    ['of the task, when both fail', callError('refused', 400), 400],
    ['of the notes, when they alone cannot be read', undefined, 503],
  ])('fails with the failure %s', async (_, fault, status) => {
    const creativeForce = aCreativeForceClient({
      readTask: () => (fault === undefined ? Promise.resolve(aTask()) : Promise.reject(fault)),
      readAnnotations: () => Promise.reject(callError('transient', 503)),
    });
    const { readTaskAndNotes } = createCreativeForceActivities(studiosWith({ creativeForce }));
    expect(await failureOf(() => readTaskAndNotes(task))).toMatchObject({ details: [{ status }] });
  });

  it('reads the task and its notes where every second request fails', async () => {
    let requests = 0;
    const everySecond = async <Result>(result: Result): Promise<Result> => {
      if (++requests % 2 === 0) throw callError('transient', 503);
      return Promise.resolve(result);
    };
    const creativeForce = aCreativeForceClient({
      readTask: () => everySecond(aTask()),
      readAnnotations: () => everySecond([]),
    });
    const { readTaskAndNotes } = createCreativeForceActivities(studiosWith({ creativeForce }));
    await expect(run(readTaskAndNotes, task)).resolves.toEqual({ task: aTask(), annotations: [] });
    expect(requests).toBe(3);
  });

  it('asks only once for a task that Creative Force does not know', async () => {
    const readTask = jest.fn(() => Promise.reject(callError('not found', 400)));
    const creativeForce = aCreativeForceClient({ readTask, readAnnotations: () => Promise.resolve([]) });
    const { readTaskAndNotes } = createCreativeForceActivities(studiosWith({ creativeForce }));
    expect(await failureOf(() => readTaskAndNotes(task))).toMatchObject({ type: 'NotFound' });
    expect(readTask).toHaveBeenCalledTimes(1);
  });

  it('passes on project and deliverable of an editorial task, by their ids', async () => {
    const creativeForce = aCreativeForceClient({
      readProject: (projectId) => Promise.resolve({ code: projectId }),
      readDeliverable: (deliverableId) => Promise.resolve({ code: deliverableId, outputName: 'opener' }),
    });
    const { readProject, readDeliverable } = createCreativeForceActivities(studiosWith({ creativeForce }));
    expect([
      await run(readProject, { studio: 'acme', projectId: 'project-1' }),
      await run(readDeliverable, { studio: 'acme', deliverableId: 'deliverable-1' }),
    ]).toEqual([{ code: 'project-1' }, { code: 'deliverable-1', outputName: 'opener' }]);
  });

  it('asks for a spec once, however many tasks want it', async () => {
    const asked: (readonly string[])[] = [];
    const creativeForce = aCreativeForceClient({
      readSpecs: (_type, specIds) => {
        asked.push(specIds);
        const found = [feedSpec, storySpec].filter(({ specId }) => specIds.includes(specId));
        return Promise.resolve({ found, missing: [] });
      },
    });
    const { readSpecs } = createCreativeForceActivities(studiosWith({ creativeForce }));
    await run(readSpecs, { task, specIds: ['spec-feed'] });
    const specs = await run(readSpecs, { task, specIds: ['spec-feed', 'spec-story'] });
    expect([specs, asked]).toEqual([
      [feedSpec, storySpec],
      [['spec-feed'], ['spec-story']],
    ]);
  });

  it('lets no address of a file be read in the history', async () => {
    const creativeForce = aCreativeForceClient({
      readFiles: () =>
        Promise.resolve({
          found: [{ fileId: 'file-1', fileName: 'ref.jpg', bytes: 7, url: signedUrl }],
          missing: ['file-2'],
        }),
    });
    const { readFiles } = createCreativeForceActivities(studiosWith({ creativeForce, seal }));
    const { found } = await run(readFiles, { studio: 'acme', taskId: TASK_ID, fileIds: ['file-1', 'file-2'] });
    expect(found).toMatchObject([{ fileId: 'file-1', fileName: 'ref.jpg', bytes: 7 }]);
    expect(JSON.stringify(found)).not.toMatch(/https?:|X-Amz/);
    expect(seal.open(found[0]?.sealedUrl ?? '', { taskId: TASK_ID, purpose: 'input' })).toBe(signedUrl);
  });

  it('passes the activity’s signal to the request', async () => {
    const environment = anActivity();
    let received: AbortSignal | undefined;
    const creativeForce = aCreativeForceClient({
      readTask: (_task, signal) => {
        received = signal;
        return Promise.resolve(aTask());
      },
    });
    await run(createCreativeForceActivities(studiosWith({ creativeForce })).readTask, task, environment);
    expect(received).toBe(environment.context.cancellationSignal);
  });
});

const submission = { task, assets: [], uploadedAt: 0, pace: { firstMs: 1, factor: 1, maxMs: 1 } };

describe('a submission whose answer is lost', () => {
  it('fails with an unknown outcome, so that the workflow looks before it repeats', async () => {
    const creativeForce = aCreativeForceClient({
      submitAssets: () =>
        Promise.reject(
          new RemoteCallError('The connection broke.', {
            system: 'Creative Force',
            endpoint: 'POST /extpost/tasks/{taskId}/submit',
            kind: 'transient',
            mayHaveActed: true,
          }),
        ),
    });
    const { submitAssets } = createCreativeForceActivities(studiosWith({ creativeForce }));
    expect((await failureOf(() => submitAssets(submission))).type).toBe('OutcomeUnknown');
  });
});

describe('a write that a run has prepared which was reset since', () => {
  const sent: string[] = [];
  const send = (what: string) => () => Promise.resolve(void sent.push(what));
  const creativeForce = aCreativeForceClient({ startTask: send('start'), submitAssets: send('submit') });
  const { startTask, submitAssets } = createCreativeForceActivities(studiosWith({ creativeForce }));
  const writes: [string, (runId: string) => Promise<void>][] = [
    ['start', (runId) => startTask({ ...task, runId })],
    ['submit', (runId) => submitAssets({ ...submission, runId })],
  ];
  const inRun = (runId: string) => anActivity({ workflowExecution: { workflowId: 'extpost/acme/1', runId } });
  beforeEach(() => {
    sent.length = 0;
  });

  it.each(writes)('is refused without a request: %s', async (_name, write) => {
    const failure = await failureOf(() => write('run-1'), inRun('run-2'));
    expect([failure.type, failure.nonRetryable, sent]).toEqual(['OtherRun', true, []]);
  });

  it.each(writes)('is sent in the run that has prepared it: %s', async (name, write) => {
    await inRun('run-1').run(() => write('run-1'));
    expect(sent).toEqual([name]);
  });
});

describe('the listing', () => {
  it('is asked for the studio’s vendor, page by page', async () => {
    const asked: unknown[] = [];
    const creativeForce = aCreativeForceClient({
      listTasks: (wanted) => {
        asked.push(wanted);
        return Promise.resolve({ rows: [], isLast: false });
      },
    });
    const { listTasks } = createCreativeForceActivities(studiosWith({ creativeForce }));
    const page = await run(listTasks, { studio: 'acme', pageNumber: 3 });
    expect([page, asked]).toEqual([
      { rows: [], isLast: false },
      [{ vendorId: 'vendor-1', pageNumber: 3, pageSize: 50 }],
    ]);
  });

  it('of editorial tasks is asked for when the studio has one of its own', async () => {
    const asked: unknown[] = [];
    const creativeForce = aCreativeForceClient({
      listTasks: ({ flavour }) => {
        asked.push(flavour);
        return Promise.resolve({ rows: [], isLast: true });
      },
    });
    const { listTasks } = createCreativeForceActivities(studiosWith({ creativeForce, editorialListing: true }));
    await expect(run(listTasks, { studio: 'acme', pageNumber: 1 })).resolves.toMatchObject({ hasEditorial: true });
    await run(listTasks, { studio: 'acme', pageNumber: 1, flavour: 'editorial' });
    expect(asked).toEqual([undefined, 'editorial']);
  });

  it('is empty for a studio without a vendor id, and nobody is asked', async () => {
    const { listTasks } = createCreativeForceActivities(studiosWith({ vendorId: undefined }));
    await expect(run(listTasks, { studio: 'acme', pageNumber: 1 })).resolves.toEqual({
      rows: [],
      isLast: true,
    });
  });
});
