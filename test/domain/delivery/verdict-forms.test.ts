import type { LastSubmission } from '../../../domain/delivery/last-submission';
import { judgeSubmission, type VerdictReading } from '../../../domain/delivery/verdict';
import type { Annotation, ExpectedOutput, StepStatus } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import { aRejectionNote, aShot, aTask, anExpectedOutput } from '../../support/facts';

const SUBMITTED = Date.parse('2026-01-01T12:00:00Z');
const MINUTE = 60_000;
const keys = { feed: 'shot-front/spec-feed/1', story: 'shot-front/spec-story/1' };

/** A second submission, of feed, after a rejection of feed; story had been submitted before. */
const submission: LastSubmission = {
  at: SUBMITTED,
  assets: { [keys.feed]: 'asset-feed', [keys.story]: 'asset-story' },
  notesBefore: ['NOTE-OLD'],
  newestEventBefore: SUBMITTED - 10_000,
  before: { status: 'rejected', flagged: { [keys.feed]: 'asset-feed-of-before' } },
};

interface Form {
  readonly status?: StepStatus;
  readonly statusText?: string;
  readonly feed?: Partial<ExpectedOutput>;
  readonly story?: Partial<ExpectedOutput>;
  readonly notes?: readonly Partial<Annotation>[];
  readonly events?: readonly Partial<TaskEvent>[];
  /** Milliseconds since the submission. */
  readonly after?: number;
  readonly wasDone?: boolean;
  readonly finishedAt?: number;
  readonly before?: VerdictReading['before'];
}

const shown = { status: 'in progress', statusText: 'In Progress', returned: 2, hasShownOurs: true } as const;
const gone = { feed: { assetId: undefined }, story: { assetId: undefined } };

function verdictOn({ after = 5 * MINUTE, wasDone = false, before, ...form }: Form) {
  const { status = 'in progress', statusText = status, notes, events = [], finishedAt } = form;
  const expectedOutputs = [
    anExpectedOutput('feed', { assetId: 'asset-feed', ...form.feed }),
    anExpectedOutput('story', { assetId: 'asset-story', ...form.story }),
  ];
  return judgeSubmission(
    {
      task: aTask({ status, statusText, finishedAt, shots: [aShot({ expectedOutputs })] }),
      annotations: notes?.map((note, index) => aRejectionNote({ annotationId: `note-${index}`, ...note })),
      events: events.map((event, index): TaskEvent => {
        return { kind: 'rejected', source: 'webhook', eventId: `event-${index}`, ...event };
      }),
      now: SUBMITTED + after,
      wasDone,
      before,
      certainAfterMs: 10 * MINUTE,
    },
    submission,
  );
}

const newer = { happenedAt: SUBMITTED + MINUTE };
const older = { happenedAt: SUBMITTED - 5 * MINUTE };

describe('a submission is rejected', () => {
  it.each<[string, Form, string]>([
    ['by a flag on an output', { feed: { isRejected: true } }, 'flag on Front'],
    [
      'by a flag on an output, false being written',
      { feed: { isRejected: true }, story: { isRejected: false } },
      'flag',
    ],
    ['by a flag while it is To Do', { status: 'to do', feed: { isRejected: true } }, 'flag'],
    ['by a flag while it is Done', { status: 'done', feed: { isRejected: true } }, 'flag'],
    ['by a flag after it was Done', { status: 'done', wasDone: true, feed: { isRejected: true } }, 'flag'],
    ['by a flag on a file of which no id is shown', { story: { isRejected: true, assetId: undefined } }, 'flag'],
    ['by a flag on our file right after the submission', { feed: { isRejected: true }, after: 1_000 }, 'flag'],
    [
      'by the old flag on the old file when it stays',
      { feed: { isRejected: true, assetId: 'asset-feed-of-before' }, after: MINUTE },
      'flag',
    ],
    ['by its status', { status: 'rejected', statusText: 'QCRejected' }, 'status QCRejected in the task'],
    [
      'by its status after it was Done',
      { status: 'rejected', statusText: 'Rejected', wasDone: true },
      'status Rejected',
    ],
    ['by a newer note', { notes: [{ createdAt: newer.happenedAt }] }, 'rejection note of 2026-01-01 12:01 UTC'],
    ['by a newer note while it is Done', { status: 'done', notes: [{ createdAt: newer.happenedAt }] }, 'note'],
    [
      'by a newer note after it was Done',
      { status: 'done', wasDone: true, notes: [{ createdAt: newer.happenedAt }] },
      'note',
    ],
    ['by a note without a time that was not there before', { notes: [{ createdAt: undefined }] }, 'note'],
    ['by a note of nothing but text', { notes: [{ shotId: undefined, comment: 'The logo!' }] }, '“The logo!”'],
    [
      'by a note of a clock that is behind, by the task’s own time',
      { status: 'done', finishedAt: SUBMITTED - 10 * MINUTE, notes: [{ createdAt: SUBMITTED - 9 * MINUTE }] },
      'note',
    ],
    ['by an event when it is To Do', { status: 'to do', events: [newer] }, 'rejection event of 2026-01-01 12:01 UTC'],
    ['by an event without a time when it is To Do', { status: 'to do', events: [{}] }, 'rejection event'],
    ['by an event when its status is unknown', { status: 'open', statusText: '4000', events: [newer] }, 'event'],
    [
      'by the listing when it is To Do',
      { status: 'to do', events: [{ ...newer, source: 'sweep', says: 'status Rejected in the listing' }] },
      'status Rejected in the listing',
    ],
    [
      'by an event that comes with what was returned being removed',
      { status: 'to do', ...gone, events: [newer] },
      'event',
    ],
    ['by being To Do again after Done', { status: 'to do', wasDone: true }, 'is to do again'],
    ['by being To Do again after In Progress', { status: 'to do', before: shown }, 'is to do again'],
    ['by being ready again with its files', { status: 'to do', events: [{ ...newer, kind: 'ready' }] }, 'to do again'],
  ])('%s', (_what, form, evidence) => {
    expect(verdictOn(form)).toEqual({ kind: 'rejected', evidence: [expect.stringContaining(evidence)] });
  });

  it('with all that says so as its evidence', () => {
    const form: Form = {
      status: 'rejected',
      feed: { isRejected: true },
      notes: [{ createdAt: newer.happenedAt }],
      events: [newer],
    };
    expect(verdictOn(form)).toMatchObject({ kind: 'rejected', evidence: { length: 4 } });
  });
});

describe('a rejection is unclear', () => {
  it.each<[string, Form]>([
    ['when an event alone tells of it', { events: [newer] }],
    ['when an event alone tells of it and it looks Done', { status: 'done', events: [newer] }],
    ['when an event alone tells of it after it was Done', { status: 'done', wasDone: true, events: [newer] }],
    ['when the listing alone tells of it', { events: [{ ...newer, source: 'sweep' }] }],
  ])('%s', (_what, form) => {
    expect(verdictOn(form).kind).toBe('unclear');
  });
});

describe('a submission is reset', () => {
  it.each<[string, Form]>([
    ['when an event says that it is ready, and its files are gone', { events: [{ ...newer, kind: 'ready' }] }],
    ['when our files were shown and are gone', { before: shown }],
    ['when it was Done and its files are gone', { wasDone: true }],
    ['when it has shown no files for long', { after: 11 * MINUTE }],
    [
      'when it is ready after it was rejected',
      {
        events: [{ happenedAt: SUBMITTED + 2 * MINUTE, kind: 'ready' }, newer],
        notes: [{ createdAt: newer.happenedAt }],
      },
    ],
  ])('%s', (_what, form) => {
    expect(verdictOn({ status: 'to do', ...gone, ...form }).kind).toBe('reset');
  });
});

describe('a submission still waits', () => {
  it.each<[string, Form]>([
    ['while nothing says anything', {}],
    ['while its status is unknown', { status: 'open' }],
    ['while flags say false', { feed: { isRejected: false }, story: { isRejected: false } }],
    ['with an instruction as the only note', { notes: [{ ...newer, kind: 'instruction' }] }],
    ['with a note that was there before, in other letters', { notes: [{ annotationId: 'note-old', ...newer }] }],
    ['with a note from before that comes late', { notes: [{ createdAt: SUBMITTED - 5 * MINUTE }] }],
    ['with an event from before that comes late', { events: [older] }],
    ['with the event that it has answered, sent again', { events: [{ happenedAt: SUBMITTED - 10_000 }] }],
    ['with an event from before, and To Do for the moment', { status: 'to do', events: [older], after: 1_000 }],
    ['with a row of the listing from before', { events: [{ source: 'sweep', happenedAt: SUBMITTED + 1_000 }] }],
    [
      'while it is shown as before: flag on the old file',
      { feed: { isRejected: true, assetId: 'asset-feed-of-before' }, after: 5_000 },
    ],
    ['while it is shown as before: status', { status: 'rejected', after: 5_000 }],
    ['while it is shown as before: To Do without files', { status: 'to do', ...gone, after: 5_000 }],
    ['when To Do shows our files and nothing else', { status: 'to do' }],
  ])('%s', (_what, form) => {
    expect(verdictOn(form)).toEqual({ kind: 'waiting' });
  });
});

it('a submission is accepted when it is Done, and nothing newer says otherwise', () => {
  expect(verdictOn({ status: 'done', notes: [{ annotationId: 'note-old' }], events: [older] })).toEqual({
    kind: 'done',
  });
});
