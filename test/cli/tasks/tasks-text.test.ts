import { readFileSync } from 'node:fs';
import path from 'node:path';

import { defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';

import { listQuery } from '../../../starters/tasks/list-tasks';
import { createPaint } from '../../../cli/shared/colours';
import { historyText } from '../../../cli/tasks/history-text';
import { tasksTable } from '../../../cli/tasks/tasks-text';
import { historyLines } from '../../../starters/tasks/task-history';
import type { TaskSummary } from '../../../starters/tasks/task-summary';
import { changeLines, watchList } from '../../../cli/tasks/watch-list';

const open = "WorkflowType = 'externalPostTask' AND CloseTime IS NULL";

describe('the filter of a list', () => {
  it('asks for tasks in progress, and for the filters given', () => {
    expect(listQuery({})).toBe(open);
    expect(listQuery({ studio: 'acme', stage: 'Needs attention', query: 'ExtpostRound > 1 OR ExtpostRound = 0' })).toBe(
      `${open} AND ExtpostStudio = 'acme' AND ExtpostStage = 'Needs attention' AND (ExtpostRound > 1 OR ExtpostRound = 0)`,
    );
  });

  it('cannot be escaped from by a product’s name', () => {
    expect(listQuery({ product: "O'Neill' OR ''='" })).toBe(`${open} AND ExtpostProduct = 'O''Neill'' OR ''''='''`);
  });
});

describe('the story of a recorded task', () => {
  const file = path.join(__dirname, '..', '..', 'replay', 'histories', '0.2.0-creative-missing-then-resumed.json');
  const { events } = historyFromJSON(JSON.parse(readFileSync(file, 'utf8')));
  const story = historyLines(events ?? []);

  it('has a line for each step, with its outcome and time', () => {
    expect(story.find(({ what }) => what.startsWith('Read the task'))).toMatchObject({
      kind: 'step',
      outcome: 'done',
      attempts: 1,
      milliseconds: expect.any(Number),
    });
    expect(story.filter(({ kind, outcome }) => kind === 'step' && outcome === undefined)).toEqual([]);
  });

  it('has the stages with their causes, and what a person said', () => {
    const words = story.filter(({ kind }) => kind !== 'step').map(({ what }) => what);
    expect(words).toEqual(
      expect.arrayContaining(['Needs attention', 'Because of: no creative', 'Ha: resume (made in Celtra)']),
    );
    expect([words[0], words.at(-1)]).toEqual(['Task started', expect.stringMatching(/^Ended, done: /)]);
  });

  it('is printed a line each', () => {
    const lines = historyText(story, { utc: true }).split('\n');
    expect(lines).toHaveLength(story.length);
    expect(lines[0]).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ {2}\* Task started$/);
  });
});

describe('the story of a refused action', () => {
  it('says that it was refused, and why', () => {
    const input = { name: 'useOutput', args: { payloads: [defaultPayloadConverter.toPayload({ by: 'Ha', expected: 'Front', outputId: '1' })] } }; // prettier-ignore
    const eventTime = { seconds: 1_764_000_000, nanos: 0 };
    const story = historyLines([
      { eventId: 5, eventTime, workflowExecutionUpdateAcceptedEventAttributes: { acceptedRequest: { input } } },
      {
        eventId: 7,
        eventTime,
        workflowExecutionUpdateCompletedEventAttributes: {
          acceptedEventId: 5,
          outcome: { failure: { message: 'There is no such output.' } },
        },
      },
    ] as unknown as Parameters<typeof historyLines>[0]);
    expect(story).toEqual([
      expect.objectContaining({ kind: 'action', what: expect.stringMatching(/^Ha: useOutput Front.*; refused: There is no such output\.$/) as string }), // prettier-ignore
    ]);
  });
});

describe('a watched list where there is no terminal', () => {
  const row: TaskSummary = {
    studio: 'acme',
    taskId: 'a3b4c5d6-1111-4222-8333-944445555666',
    workflowId: 'extpost/acme/a3b4c5d6-1111-4222-8333-944445555666',
    runId: 'run-1',
    product: 'SKU-1',
    stage: 'Export',
    round: 0,
    since: '2026-01-01T00:00:00.000Z',
    stageSince: '2026-01-01T00:00:00.000Z',
    isTryingAgain: false,
    foundBySweep: false,
  };

  it('is a line for each change, until it is stopped', async () => {
    const pictures = [[row], [row], [{ ...row, stage: 'Needs attention', cause: 'no creative' }], []];
    const stop = new AbortController();
    let text = '';
    const look = () => {
      const rows = pictures.shift();
      if (rows === undefined) stop.abort();
      return Promise.resolve({ rows: rows ?? [], total: rows?.length ?? 0 });
    };
    await watchList(look, changeLines({ write: (part: string) => (text += part) }), stop.signal, 1);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(10).replaceAll(/ +/g, ' '))).toEqual([
      'acme a3b4c5d6 SKU-1 Export, round 0',
      'acme a3b4c5d6 SKU-1 Needs attention (no creative), round 0',
      'acme a3b4c5d6 SKU-1 is no longer in this list',
    ]);
  });
});

describe('a watched list while Temporal is away', () => {
  const away = Object.assign(new Error('14 UNAVAILABLE: connection refused'), {
    code: 14,
    details: 'connection refused',
    metadata: {},
  });

  it('says so once, and goes on when Temporal answers again', async () => {
    const answers = [Promise.reject(away), Promise.reject(away), Promise.resolve({ rows: [], total: 0 })];
    const stop = new AbortController();
    let text = '';
    const read = () => {
      const [next] = answers.splice(0, 1);
      if (answers.length === 0) stop.abort();
      return next ?? Promise.reject(new Error('It was read once too often.'));
    };
    for (const answer of answers) answer.catch(() => undefined);
    await watchList(read, changeLines({ write: (part: string) => (text += part) }), stop.signal, 1);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(10)),
    ).toEqual([
      'Temporal does not answer (14 UNAVAILABLE: connection refused). It is asked again every few seconds.',
      'Temporal answers again.',
    ]);
  });

  it('ends with an error that would come again', async () => {
    const read = () => Promise.reject(new Error('Temporal does not understand the filter'));
    const watching = watchList(read, changeLines({ write: () => undefined }), new AbortController().signal, 1);
    await expect(watching).rejects.toThrow('does not understand the filter');
  });
});

describe('the table of tasks', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');
  const row: TaskSummary = {
    studio: 'northwind',
    taskId: 'a3b4c5d6-1111-4222-8333-944445555666',
    workflowId: 'extpost/northwind/a3b4c5d6-1111-4222-8333-944445555666',
    runId: 'run-1',
    product: 'NW-4711-LONG-SLEEVED-SHIRT',
    stage: 'Needs attention',
    cause: 'creative force error',
    round: 1,
    since: '2026-11-29T08:00:00Z',
    stageSince: '2026-11-29T09:00:00Z',
    due: '2026-11-29T11:00:00Z',
    isTryingAgain: true,
    foundBySweep: true,
  };
  const linesOf = (width?: number) =>
    tasksTable([row], { time: { now, utc: true }, paint: createPaint(false), width, withDetails: true }).split('\n');

  it('has all columns and moments where there is room', () => {
    expect(linesOf()[0]?.split(/ +/)).toEqual(
      expect.arrayContaining(['STUDIO', 'TASK', 'PRODUCT', 'STAGE', 'CAUSE', 'ROUND', 'SINCE', 'DUE', 'FILES', 'WHAT']),
    );
    expect(linesOf()[1]).toContain('09:00Z (3 h ago) (by the sweep)');
  });

  it.each([60, 80, 100, 120])('is never wider than a terminal of %d columns', (width) => {
    const lines = linesOf(width);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
    expect(lines[0]).toMatch(/TASK +PRODUCT +STAGE +CAUSE .*DUE/);
    expect(lines[1]).toContain('60 min ago');
  });
});
