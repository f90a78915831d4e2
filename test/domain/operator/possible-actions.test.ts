import { attentionFor } from '../../../domain/operator/attention';
import { possibleActions } from '../../../domain/operator/possible-actions';
import { type AttentionCause, attentionCauses } from '../../../domain/task/task-status';

const task = { studio: 'acme', taskId: '1234abcd-1111-4222-8333-944445555666' };
const outputs = [
  {
    expectedKey: 's1/feed/-',
    label: "Front, O'Neill feed",
    candidates: [{ id: '4711', name: 'Front feed', key: 'Front/Fed' }],
  },
];

function commandsFor(cause: AttentionCause, more: Parameters<typeof possibleActions>[2] = {}): string[] {
  const attention = attentionFor(cause, 'Why.', { outputs });
  return possibleActions(task, { stage: 'Needs attention', attention }, more).map(({ command }) => command);
}

describe('the possible actions of a task', () => {
  it('fill in labels and ids, quoted for a shell', () => {
    expect(commandsFor('ambiguous')).toEqual([
      `extpost task use-output acme ${task.taskId} 'Front, O'\\''Neill feed' 4711`,
      `extpost task resume acme ${task.taskId}`,
      `extpost task deliver-file acme ${task.taskId} 'Front, O'\\''Neill feed' -`,
      `extpost task skip acme ${task.taskId} 'Front, O'\\''Neill feed'`,
      `extpost task abandon acme ${task.taskId}`,
      `extpost task cancel acme ${task.taskId}`,
    ]);
  });

  it('take back what was decided, unless the files are being submitted', () => {
    const actions = [
      {
        kind: 'skip output',
        by: 'ann',
        at: '2026-11-03T12:00:00Z',
        what: 'Front is not delivered',
        expectedKey: 's1/feed/-',
        revision: 1,
      },
    ] as const;
    const undoing = (stage: 'Deliver' | 'Submit' | 'Done') =>
      possibleActions(task, { stage, actions }).flatMap(({ kind, command }) => (kind === 'undo' ? [command] : []));
    expect([undoing('Deliver'), undoing('Submit'), undoing('Done')]).toEqual([
      [`extpost task undo acme ${task.taskId} s1/feed/-`],
      [],
      [],
    ]);
  });

  it('insist where Creative Force would refuse a delivery without the output', () => {
    const attention = attentionFor('no creative', 'Why.', { outputs });
    const possible = possibleActions(task, { stage: 'Needs attention', attention, wantsAll: true });
    expect(possible.find(({ kind }) => kind === 'skip output')).toMatchObject({
      title: expect.stringContaining('although Creative Force accepts a first delivery only with all') as string,
      arguments: { force: true },
      command: expect.stringMatching(/ --force$/) as string,
    });
  });

  it('name what the update takes', () => {
    const attention = attentionFor('no creative', 'Why.', { outputs });
    expect(possibleActions(task, { stage: 'Needs attention', attention })[0]).toMatchObject({
      kind: 'use output',
      title: `Use "Front feed" (4711), with the key "Front/Fed", for Front, O'Neill feed`,
      arguments: { expected: 's1/feed/-', outputId: '4711' },
    });
  });

  it.each([
    ['unchanged', 'resume acme', '--force'],
    ['too many rounds', 'resume acme', task.taskId],
    ['rejected', 'resume acme', task.taskId],
  ] as const)('of a task that waits by "%s" begin with going on', (cause, words, last) => {
    const [first = ''] = commandsFor(cause);
    expect([first.includes(words), first.endsWith(last)]).toEqual([true, true]);
  });

  it('offer the recipes that are known, where a recipe can help', () => {
    const recipes = { recipes: ['spring social'] };
    const command = `extpost task replace-recipe acme ${task.taskId} --recipe 'spring social'`;
    expect(commandsFor('no recipe', recipes)).toContain(command);
    expect(commandsFor('rejected', recipes)).not.toContain(command);
  });

  it('name an output by its key when its label cannot be typed', () => {
    const attention = attentionFor('video', 'Why.', { outputs: [{ expectedKey: 's1/feed/-', label: '\u001b[2J' }] });
    const actions = possibleActions(task, { stage: 'Needs attention', attention });
    expect(actions.find(({ kind }) => kind === 'skip output')?.command).toMatch(/ s1\/feed\/-$/);
  });

  it('are to start again once it has ended, and to stop while it needs nobody', () => {
    const kinds = (isEnded: boolean) => possibleActions(task, { stage: 'Export' }, { isEnded }).map(({ kind }) => kind);
    expect([kinds(true), kinds(false)]).toEqual([['start'], ['abandon', 'cancel']]);
  });

  it.each(attentionCauses)('of "%s" have no sentence with a hole', (cause) => {
    const sentences = attentionFor(cause, 'Why.').nextActions.join(' ');
    expect(sentences).not.toMatch(/named above|extpost task/);
    expect(commandsFor(cause).length).toBeGreaterThan(1);
  });
});
