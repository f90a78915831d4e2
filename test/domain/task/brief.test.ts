import { readTaskBrief, type BriefReaders } from '../../../domain/task/brief';
import type { Task } from '../../../domain/task/task';
import { anEditorialTask, aTask, feedSpec, storySpec } from '../../support/facts';

const allReads = { job: true, product: true, inputAssets: true, project: true, deliverable: true };

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

const read = (readers: BriefReaders, reads = allReads, bulkSize = 50) =>
  readTaskBrief('acme', readers, { reads, bulkSize });

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
