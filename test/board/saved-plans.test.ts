import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createPlanKeeper } from '../../activities/planning/plan-keeper';
import { savedTaskReader } from '../../board/recipes/saved-tasks';
import { createStore } from '../../clients/store/create-store';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { aCeltraOutput, aRecipe, someFacts } from '../support/facts';

const facts = someFacts();
const task = { studio: 'acme', taskId: facts.task.taskId };
const dueKeys = expectedOutputs(facts.task).map(({ expected }) => expectedOutputKey(expected));
const filters = aRecipe.celtra.filters;
const output = aCeltraOutput('1', {
  previewUrl: 'https://celtra.example/preview?token=secret',
  facts: { id: '1', name: 'Coat', status: 'finished', designFile: { id: 'design-1' } },
});

describe('what a worker keeps of a task for its plan', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-plans-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const failures: unknown[] = [];
  const keep = async (outputs = [output]): Promise<void> => {
    const keeper = createPlanKeeper(createStore({ folder }), (error) => failures.push(error));
    keeper.keepFacts({ facts, dueKeys, preflight: { onMismatch: 'block' } });
    keeper.keepSearch(task, { filters, outputs });
    await keeper.settled();
  };
  const read = () => savedTaskReader(createStore({ folder }))(task);

  it('is read again as it was', async () => {
    await keep();
    const saved = await read();
    expect(saved?.facts).toEqual(facts);
    expect(saved?.due.map(({ expected }) => expectedOutputKey(expected))).toEqual(dueKeys);
    expect(saved?.searches).toMatchObject([{ filters, outputs: [{ outputId: '1', name: 'Coat' }] }]);
  });

  it('holds no address of a file', async () => {
    await keep();
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
    );
    expect(texts).toHaveLength(2);
    expect(texts.join('\n')).not.toMatch(/https?:|secret/);
  });

  it('is replaced when the task is read again', async () => {
    await keep();
    await keep([]);
    expect((await read())?.searches).toEqual([{ filters, outputs: [] }]);
  });

  it('says how many creatives of a large answer it leaves out', async () => {
    await keep(Array.from({ length: 1_005 }, () => output));
    expect((await read())?.searches).toMatchObject([{ leftOut: 5 }]);
  });

  it('is nothing before the task was read', async () => {
    expect(await read()).toBeUndefined();
  });

  it.each([
    ['no JSON', '{'],
    ['of another version', '{"extpostPlan":0}'],
  ])('is nothing when the file is %s', async (_what, text) => {
    await keep();
    await writeFile(path.join(folder, 'acme', task.taskId, 'facts.json'), text);
    expect(await read()).toBeUndefined();
  });

  it('reports a storage that cannot be written, and goes on', async () => {
    const keeper = createPlanKeeper({ put: () => Promise.reject(new Error('full')) }, (error) => failures.push(error));
    keeper.keepSearch(task, { filters, outputs: [] });
    await keeper.settled();
    expect(failures).toEqual([new Error('full')]);
  });
});
