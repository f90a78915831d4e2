import { createCeltraActivities } from '../../../activities/celtra/celtra-activities';
import { noDecisions } from '../../../domain/operator/decisions';
import { expectedOutputKey, expectedOutputs } from '../../../domain/task/expected-output';
import { aCeltraOutput, aTask, someFacts, TASK_ID } from '../../support/facts';
import { aCeltraClient, anActivity, failureOf, run, studiosWith } from '../activity-harness';

const [feed] = expectedOutputs(aTask());
const key = feed === undefined ? '' : expectedOutputKey(feed.expected);

const checkOf = (chosen: string) => ({
  taskId: TASK_ID,
  facts: someFacts(),
  dueKeys: [key],
  decisions: { ...noDecisions, outputs: { [key]: chosen } },
});
const celtraWith = (...outputIds: string[]) =>
  createCeltraActivities(
    studiosWith({ celtra: aCeltraClient(() => Promise.resolve(outputIds.map((id) => aCeltraOutput(id)))) }),
  );

describe('the check of an output that an operator has chosen', () => {
  it('finds nothing wrong with one that the recipe finds, whatever its key', async () => {
    expect(await run(celtraWith('output-1', 'output-2').checkChoice, checkOf('output-2'))).toBeUndefined();
  });

  it('says of another that it is not among those, and which to choose', async () => {
    expect(await run(celtraWith('output-1', 'output-2').checkChoice, checkOf('nonsense'))).toMatch(
      /^Output nonsense, .* is not among the 2 outputs .* Choose one: .*output-1.*; .*output-2/,
    );
  });

  it('asks once more after an empty answer, and then says that there is none', async () => {
    const { checkChoice } = celtraWith();
    await expect(failureOf(() => checkChoice(checkOf('output-1')))).resolves.toMatchObject({
      message: expect.stringContaining('Celtra finds no output') as string,
    });
    const later = anActivity({ heartbeatDetails: { progress: '', empty: 2 } });
    expect(await later.run(checkChoice, checkOf('output-1'))).toContain('Celtra finds no output at all');
  });

  it('says nothing where no recipe fits, because the task says that', async () => {
    const celtra = aCeltraClient(() => Promise.reject(new Error('Celtra was asked.')));
    const { checkChoice } = createCeltraActivities(studiosWith({ celtra, recipes: [] }));
    expect(await run(checkChoice, checkOf('output-1'))).toBeUndefined();
  });
});
