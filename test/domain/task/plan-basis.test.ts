import { expectedOutputs } from '../../../domain/task/expected-output';
import { planBasis } from '../../../domain/task/task-fingerprint';
import type { TaskFacts } from '../../../domain/task/task-facts';
import { anExpectedOutput, aShot, aTask, someFacts } from '../../support/facts';

const basisOf = (facts: TaskFacts): string => planBasis(facts, expectedOutputs(facts.task));
const withTask = (changes: Parameters<typeof aTask>[0]): TaskFacts => someFacts({ task: aTask(changes) });
const answered = aShot({
  expectedOutputs: [anExpectedOutput('feed', { assetId: 'asset-1' }), anExpectedOutput('story')],
});
const renamed = aShot({ expectedOutputs: [anExpectedOutput('feed', { name: 'other' }), anExpectedOutput('story')] });

describe('what recipes are resolved against', () => {
  it.each<[string, TaskFacts]>([
    ['the task is begun', withTask({ status: 'in progress', statusText: 'In Progress' })],
    ['something was returned', withTask({ shots: [answered] })],
  ])('is the same when %s', (_, facts) => {
    expect(basisOf(facts)).toBe(basisOf(someFacts()));
  });

  it.each<[string, TaskFacts]>([
    ['the task asks for another name', withTask({ shots: [renamed] })],
    ['a property of the job is another', someFacts({ job: { code: 'JOB-1', properties: { 'Celtra project': 'b' } } })],
  ])('is another when %s', (_, facts) => {
    expect(basisOf(facts)).not.toBe(basisOf(someFacts()));
  });

  it('is another when something else is due', () => {
    const facts = someFacts();
    expect(planBasis(facts, expectedOutputs(facts.task).slice(1))).not.toBe(basisOf(facts));
  });
});
