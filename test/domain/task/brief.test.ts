import { readTaskBrief, type BriefReaders } from '../../../domain/task/brief';
import type { StudioSettings } from '../../../domain/task/studio-settings';
import type { Task } from '../../../domain/task/task';
import type { TaskHints } from '../../../domain/task/task-event';
import { anEditorialTask, aTask, feedSpec, storySpec } from '../../support/facts';

const allReads = { job: true, product: true, inputAssets: true, project: true, deliverable: true };
const noReads: StudioSettings['reads'] = {
  job: false,
  product: false,
  inputAssets: false,
  project: false,
  deliverable: false,
  ifMissing: [],
};

/** Readers of this task that note what was asked of them. */
function readersOf(task: Task, changes: Partial<BriefReaders> = {}): { readers: BriefReaders; asked: string[] } {
  const asked: string[] = [];
  const note = <Answer>(summary: string, answer: Answer): Promise<Answer> => {
    asked.push(summary);
    return Promise.resolve(answer);
  };
  return {
    asked,
    readers: {
      readTask: () => note('task', task),
      readAnnotations: () => note('annotations', []),
      readSpecs: (_ids, summary) => note(summary, [feedSpec, storySpec]),
      readInputAssets: (ids, summary) =>
        note(
          summary,
          ids.map((assetId) => ({ assetId, width: 4000 })),
        ),
      readJob: (_id, summary) => note(summary, { code: 'JOB-1' }),
      readProduct: (_id, summary) => note(summary, { code: 'SKU-1' }),
      readProject: (_id, summary) => note(summary, { code: 'PRJ-1' }),
      readDeliverable: (id, summary) => note(summary, { code: id }),
      ...changes,
    },
  };
}

const read = (
  readers: BriefReaders,
  reads: Partial<StudioSettings['reads']> = allReads,
  bulkSize = 50,
  hints?: TaskHints,
) => readTaskBrief('acme', readers, { reads: { ...noReads, ...reads }, bulkSize }, hints);

describe('the brief of a task', () => {
  it('has everything that is due, with the input assets as they were read', async () => {
    const { facts, due, warnings } = await read(readersOf(aTask()).readers);
    expect(due.map(({ expected }) => expected.specId)).toEqual(['spec-feed', 'spec-story']);
    expect(facts).toMatchObject({ studio: 'acme', job: { code: 'JOB-1' }, product: { code: 'SKU-1' } });
    expect(facts.task.shots.flatMap(({ inputs }) => inputs.map(({ width }) => width))).toContain(4000);
    expect(warnings).toEqual([]);
  });

  it('costs no call for what no recipe mentions, and none for editorial facts of an ecom task', async () => {
    const nothing = { job: false, product: false, inputAssets: false, project: false, deliverable: false };
    const { readers, asked } = readersOf(anEditorialTask());
    await read(readers, nothing);
    expect(asked).toEqual(['task', 'annotations', 'Read 2 output specs']);
    const ecom = readersOf(anEditorialTask({ contentCreationType: 'ecom' }));
    await read(ecom.readers);
    expect(ecom.asked.filter((summary) => /project|deliverable/.test(summary))).toEqual([]);
  });

  it('asks for no more ids at once than the setting allows', async () => {
    const { readers, asked } = readersOf(aTask());
    await read(readers, allReads, 1);
    expect(asked.filter((summary) => summary === 'Read 1 output spec')).toHaveLength(2);
  });

  it('warns of what did not come back, and of annotations that may not be read', async () => {
    const { readers } = readersOf(aTask(), {
      readAnnotations: () => Promise.resolve(undefined),
      readSpecs: () => Promise.resolve([feedSpec]),
    });
    const { annotations, warnings } = await read(readers);
    expect(annotations).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringContaining('may not read annotations'),
      expect.stringContaining('did not send 1: spec-story'),
    ]);
  });
});

describe('what a template mentions and the task’s detail lacks', () => {
  const ifMissing = ['job.code', 'product.code', 'product.cfCode', 'task.deadline'] as const;
  const record = { code: 'SKU-9', cfCode: 'PD9CF' };
  const readRecords = {
    readProduct: () => Promise.resolve(record),
    readJob: () => Promise.resolve({ code: 'JOB-9', deadline: 9 }),
  };

  it.each<[string, Partial<Task>, unknown]>([
    ['product.code', { product: { id: 'p', cfCode: 'PD1CF' } }, { product: { code: 'SKU-9', cfCode: 'PD1CF' } }],
    ['product.cfCode', { product: { id: 'p', code: 'SKU-1' } }, { product: { code: 'SKU-1', cfCode: 'PD9CF' } }],
    ['job.code', { job: { id: 'j' } }, { job: { code: 'JOB-9' } }],
    ['task.deadline', { deadline: undefined }, { deadline: 9 }],
  ])('is read from its own endpoint: %s', async (variable, changes, expected) => {
    const { readers } = readersOf(aTask(changes), readRecords);
    const { facts } = await read(readers, { ifMissing: ifMissing.filter((one) => one === variable) });
    expect(facts.task).toMatchObject(expected as object);
  });

  it('costs no request where the task brings it', async () => {
    const { readers, asked } = readersOf(aTask({ product: { id: 'p', code: 'SKU-1', cfCode: 'PD1CF' }, deadline: 1 }));
    await read(readers, { ifMissing });
    expect(asked.filter((summary) => /job|product/.test(summary))).toEqual([]);
  });

  it('costs no request where no template mentions it', async () => {
    const { readers, asked } = readersOf(aTask({ job: { id: 'j' }, product: { id: 'p' } }));
    await read(readers, noReads);
    expect(asked.filter((summary) => /job|product/.test(summary))).toEqual([]);
  });

  it('is read by the id that an event told, where the task lacks even that', async () => {
    const ids: string[] = [];
    const { readers } = readersOf(aTask({ job: undefined, product: undefined }), {
      readProduct: (id) => {
        ids.push(id);
        return Promise.resolve(record);
      },
    });
    const { facts } = await read(readers, { ifMissing: ['product.code'] }, 50, { productId: 'p-hint' });
    expect([ids, facts.task.product]).toEqual([['p-hint'], { code: 'SKU-9', cfCode: 'PD9CF' }]);
  });

  it('is what an event told, where nothing else says it', async () => {
    const { readers } = readersOf(aTask({ job: undefined, product: undefined }));
    const { facts } = await read(readers, noReads, 50, { productCode: 'SKU-7', jobCode: 'JOB-7' });
    expect([facts.task.product?.code, facts.task.job?.code]).toEqual(['SKU-7', 'JOB-7']);
  });
});

describe('the first reads', () => {
  const { job, product } = aTask();
  const both = { job: true, product: true };

  it('go out together when an event has told the ids', async () => {
    const { readers, asked } = readersOf(aTask());
    await read(readers, both, 50, { jobId: job?.id, productId: product?.id });
    expect(asked.slice(0, 2)).toEqual([`Read job ${job?.id ?? ''}`, `Read product ${product?.id ?? ''}`]);
    expect(asked.filter((summary) => /job|product/.test(summary))).toHaveLength(2);
  });

  it('are made again by the task’s own ids when the event told others', async () => {
    const { readers, asked } = readersOf(aTask(), {
      readJob: (id) => {
        asked.push(`job ${id}`);
        return id === 'other' ? Promise.reject(new Error('unknown')) : Promise.resolve({ code: 'JOB-1' });
      },
    });
    const { facts } = await read(readers, both, 50, { jobId: 'other' });
    expect(asked.filter((summary) => summary.startsWith('job'))).toEqual(['job other', `job ${job?.id ?? ''}`]);
    expect(facts.job).toEqual({ code: 'JOB-1' });
  });
});
