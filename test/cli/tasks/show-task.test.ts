import { createPaint } from '../../../cli/shared/colours';
import { taskText } from '../../../cli/tasks/show-task';
import type { TaskStatus } from '../../../domain/task/task-status';
import type { TaskReport } from '../../../starters';

const now = Date.parse('2026-11-29T12:00:00Z');

function shown(status: Partial<TaskStatus>, task: Partial<TaskReport> = {}, boardUrl?: string): string {
  const report: TaskReport = {
    studio: 'acme',
    taskId: '1234abcd-1111-4222-8333-944445555666',
    workflowId: 'extpost/acme/1234abcd-1111-4222-8333-944445555666',
    runId: 'run-1',
    product: 'SKU-1',
    stage: 'Export',
    round: 0,
    since: '2026-11-29T08:00:00Z',
    stageSince: '2026-11-29T11:40:00Z',
    isTryingAgain: false,
    foundBySweep: false,
    ...task,
    status: { stage: 'Export', round: 0, sentence: 'Waiting.', expected: 3, delivered: 3, ...status },
  };
  return taskText(report, { now, utc: true, boardUrl }, createPaint(false));
}

describe('extpost task show', () => {
  it('says how many are delivered, and how many Creative Force has', () => {
    expect(shown({ returned: 3 })).toContain('First delivery: 3 of 3 delivered; Creative Force has 3.');
  });

  it('says since when the stage lasts, not the run', () => {
    expect(shown({})).toContain('Export, since 2026-11-29 11:40 UTC (20 min ago)\n');
  });

  it('has the words of reviewers, round by round', () => {
    const notes = [{ where: 'Front, Feed 1:1', text: 'too dark' }];
    expect(shown({ rejections: [{ round: 0, at: now - 3_600_000, notes }] })).toMatch(
      /Rejection of the first delivery, 2026-11-29 11:00 UTC .*:\n {2}- .*Front, Feed 1:1.*too dark/,
    );
  });

  it('shows a task that is tried again under its stage and cause', () => {
    const tryingAgain = { stage: 'Needs attention', cause: 'no creative' } as const;
    expect(shown({ tryingAgain })).toContain('Needs attention (no creative), trying again: Waiting.');
  });

  it.each([
    [true, true],
    [false, false],
  ])('says that no webhook had come only when that is so: %p', (foundBySweep, says) => {
    expect(shown({}, { foundBySweep }).includes('no webhook had come')).toBe(says);
  });

  it('links to its page on the board where that has a public address, and names no board without one', () => {
    expect(shown({}, {}, 'https://board.example')).toContain(
      'Board: https://board.example/tasks/acme/1234abcd-1111-4222-8333-944445555666',
    );
    expect(shown({})).not.toContain('Board:');
  });
});
