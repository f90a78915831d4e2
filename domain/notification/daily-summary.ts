import { pluralise } from '../shared/text';
import { type Message, type MessageSettings, zonedTime } from './message';

/** Open tasks of a studio that somebody should look at. */
export interface WaitingTasks {
  /** Tasks that need somebody, by cause, most first. */
  readonly waiting: readonly { readonly cause: string; readonly count: number }[];
  /** Tasks whose due time has passed without a submission. */
  readonly late: number;
}

/** What became of a studio's tasks between two times (Unix milliseconds). */
export interface DailySummary extends WaitingTasks {
  readonly studio: string;
  readonly from: number;
  readonly until: number;
  /** First deliveries; absent when the audit is switched off, which is where they are counted. */
  readonly delivered?: number | undefined;
  /** Deliveries after a rejection; absent as well then. */
  readonly corrected?: number | undefined;
}

export const DAILY_SUMMARY = 'dailySummary';

export interface DailySummaryInput {
  readonly studio: string;
}

/** The id of a studio's schedule of daily summaries. */
export function summaryScheduleId(studio: string): string {
  return `extpost-summary/${studio}`;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LONGEST_MS = 7 * DAY_MS;

/** From when on a summary tells: from the end of the one before, else a day; at most a week. Unix milliseconds. */
export function summaryBegin(until: number, before: unknown): number {
  const last = typeof before === 'object' && before !== null && 'until' in before ? before.until : undefined;
  return typeof last === 'number' && last < until ? Math.max(last, until - LONGEST_MS) : until - DAY_MS;
}

export function dailySummaryMessage(summary: DailySummary, { timeZone, boardUrl }: MessageSettings): Message {
  const { studio, from, until, delivered, corrected, waiting, late } = summary;
  const waits = waiting.reduce((sum, { count }) => sum + count, 0);
  const counted = (count: number | undefined): string =>
    count === undefined ? 'not known, because the audit is switched off' : String(count);
  const short = [
    ...(delivered === undefined ? [] : [`${delivered} delivered`]),
    ...(corrected === undefined ? [] : [`${corrected} corrected`]),
    `${waits} waiting`,
    `${late} late`,
  ];
  return {
    kind: 'daily summary',
    studio,
    subject: `${studio}: ${short.join(', ')}`,
    sentence: `From ${zonedTime(from, timeZone)} to ${zonedTime(until, timeZone)}.`,
    nextActions: waits === 0 ? [] : [`See what waits: \`extpost tasks --studio ${studio} --stage "Needs attention"\``],
    count: waits,
    tasks: [],
    figures: [
      { name: 'Delivered', value: counted(delivered) },
      { name: 'Corrected', value: counted(corrected) },
      {
        name: 'Waiting for somebody',
        value: waits === 0 ? '0' : `${waits} (${waiting.map(({ cause, count }) => `${cause}: ${count}`).join(', ')})`,
      },
      { name: 'Late', value: pluralise(late, 'task') },
    ],
    page: boardUrl,
  };
}
