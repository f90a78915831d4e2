import type { PlanRecord } from '../../../domain/plan/plan-record';
import { currentDetails, type FileLine } from '../../../domain/task/current-details';
import type { TaskStatus } from '../../../domain/task/task-status';

const headline = { studio: 'acme', taskId: 'task-1' };
const status: TaskStatus = { stage: 'Export', round: 1, sentence: 'Waiting for Celtra.', expected: 2, delivered: 0 };
const detailsOf = (files: readonly FileLine[]) => currentDetails(headline, status, files, []);

describe('the details of a task', () => {
  it('say in a few lines where it stands', () => {
    const deadline = Date.UTC(2026, 10, 24, 9, 30);
    expect(currentDetails({ ...headline, product: 'SKU-1 Trail runner', job: 'JOB-1', deadline }, status, [], [])).toBe(
      [
        '### acme · SKU-1 Trail runner',
        '**Export** — Waiting for Celtra.',
        'task `task-1` · job JOB-1 · round 1 · due 2026-11-24 09:30 UTC',
      ].join('\n\n'),
    );
  });

  it('name the project of an editorial task', () => {
    expect(currentDetails({ ...headline, project: 'PRJ-1' }, status, [], [])).toContain(
      'task `task-1` · project PRJ-1 · round 1',
    );
  });

  it('link to the task on the board where it has a public address', () => {
    expect(currentDetails({ ...headline, boardUrl: 'https://board.example' }, status, [], [])).toContain(
      '[Open it on the board](https://board.example/tasks/acme/task-1)',
    );
  });

  it('leave out what is not known yet', () => {
    expect(currentDetails(headline, status, [], [])).toBe(
      ['### acme', '**Export** — Waiting for Celtra.', 'task `task-1` · round 1'].join('\n\n'),
    );
  });

  it('list what can be done when the task needs attention', () => {
    const attention = { cause: 'no creative', message: 'No creative.', nextActions: ['Make it.', 'Resume.'] } as const;
    expect(currentDetails(headline, { ...status, attention }, [], [])).toContain(
      `**Possible actions**\n\n- Make it.\n- Resume.\n- Try again now: \`extpost task resume acme ${headline.taskId}\``,
    );
  });

  it('list the warnings', () => {
    expect(currentDetails(headline, status, [], ['The start was not taken.'])).toContain(
      '**Warnings**\n\n- The start was not taken.',
    );
  });
});

describe('the table of files', () => {
  it('has a line for each file', () => {
    const line = { label: 'Front, Feed', creative: 'Hero', fileName: 'a.jpg', bytes: 1_234_567, state: 'uploaded' };
    expect(detailsOf([line]).split('\n')).toEqual(
      expect.arrayContaining([
        '| expected output | creative | file | size | state |',
        '| --- | --- | --- | --- | --- |',
        '| Front, Feed | Hero | a.jpg | 1.2 MB | uploaded |',
      ]),
    );
  });

  it('says of each file by which recipe and key it was planned, and what the plan leaves out', () => {
    const line = { expectedKey: 'one', label: 'Front, Feed', outputId: 'o', format: 'jpeg', fileName: 'a.jpg' };
    const plan: PlanRecord = {
      version: 1,
      hash: '1a2b3c4d'.padEnd(64, '0'),
      lines: [{ ...line, recipe: 'spring-social', key: 'Front/Feed', outputKey: 'front/feed' }],
      problems: [],
      extras: 3,
    };
    const files = [
      { label: 'Front, Feed', expectedKey: 'one', creative: 'Hero', fileName: 'a.jpg', state: 'rendering' },
    ];
    const text = currentDetails(headline, status, files, [], plan);
    expect(text).toContain('| Front, Feed | Hero | spring-social · Front/Feed = front/feed | a.jpg |  | rendering |');
    expect(text).toContain('plan `1a2b3c4d` · recipe spring-social · 3 other creatives are not delivered');
  });

  it('stays a table when a name has a pipe or a line break', () => {
    expect(detailsOf([{ label: 'A|B', creative: 'two\nlines', state: 'wanted' }])).toContain(
      '| A\\|B | two lines |  |  | wanted |',
    );
  });

  it.each([
    [1, '1 kB'],
    [12_001, '13 kB'],
    [1_000_000, '1.0 MB'],
    [undefined, ''],
  ])('writes %p bytes as "%s"', (bytes, text) => {
    expect(detailsOf([{ label: 'Front', bytes, state: 'wanted' }])).toContain(`| ${text} | wanted |`);
  });
});

describe('words from outside in the details', () => {
  const hostile = '[click](https://evil.example) <img src=x> ![](https://evil.example/x.png) `a`';
  const line = { label: hostile, creative: hostile, fileName: hostile, state: 'wanted' };
  const attention = { cause: 'no creative', message: hostile, nextActions: [hostile] } as const;
  const note = { where: hostile, text: hostile };

  it('make no link, no picture and no HTML', () => {
    const text = currentDetails(
      { ...headline, product: hostile, job: hostile, project: hostile },
      { ...status, sentence: hostile, attention, waitingFor: { what: hostile } },
      [line],
      [hostile],
      undefined,
      [note],
    );
    expect(text).not.toMatch(/(?<!\\)\]\(|(?<!\\)<[a-z]/i);
    expect(text).toContain('click');
  });
});
