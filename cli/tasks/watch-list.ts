import type { WriteStream } from 'node:tty';

import { createLogUpdate } from 'log-update';

import { stageText, taskLabel, type TaskList, type TaskSummary } from '../../starters';
import { errorText, grpcErrorOf, passingCodes } from '../../temporal';
import { delay } from '../shared/retry';
import { printable } from '../shared/terminal-text';
import { countText, tasksTable, taskSummaryLine } from './tasks-text';

const POLL_INTERVAL_MS = 2_000;

export interface ListScreen {
  list(list: TaskList): void;
  /** Temporal did not answer; it is asked again. */
  noAnswer(reason: string): void;
  finish(): void;
}

/**
 * Shows a list again and again until the signal. While Temporal is away the screen says so; every other error is thrown.
 */
export async function watchList(
  read: () => Promise<TaskList>,
  screen: ListScreen,
  signal: AbortSignal,
  everyMs = POLL_INTERVAL_MS,
): Promise<void> {
  try {
    for (;;) {
      await showOnce(read, screen);
      await delay(everyMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    screen.finish();
  }
}

async function showOnce(read: () => Promise<TaskList>, screen: ListScreen): Promise<void> {
  try {
    screen.list(await read());
  } catch (error) {
    if (!passingCodes.has(grpcErrorOf(error)?.code ?? -1)) throw error;
    screen.noAnswer(printable(errorText(error)));
  }
}

/** A live table on a terminal, else a plain line for each change. */
export function listScreen(out: WriteStream, utc: boolean): ListScreen {
  return out.isTTY ? liveTable(out, utc) : changeLines(out);
}

function liveTable(out: WriteStream, utc: boolean): ListScreen {
  const update = createLogUpdate(out);
  let table = '';
  return {
    list: (list) => {
      // What is taller than the terminal would scroll, and could not be drawn over.
      const fitting = list.rows.slice(0, Math.max(1, out.rows - 4));
      const time = { now: Date.now(), utc };
      table = tasksTable(fitting, { time, width: out.columns });
      update(`${table}\n${clock()}  ${countText(fitting.length, list)}  Ctrl-C ends.`);
    },
    noAnswer: (reason) => {
      update(`${table}\n${clock()}  ${noAnswerText(reason)} The table may be out of date.  Ctrl-C ends.`);
    },
    finish: () => {
      update.done();
    },
  };
}

export function changeLines(out: { write(text: string): unknown }): ListScreen {
  const shown = new Map<string, { state: string; row: TaskSummary }>();
  let answers = true;
  return {
    list: ({ rows, total }) => {
      if (!answers) out.write(`${clock()}  Temporal answers again.\n`);
      answers = true;
      const seen = new Set<string>();
      for (const row of rows) {
        seen.add(row.workflowId);
        const state = `${stageText(row)} ${row.cause ?? ''} ${row.isTryingAgain} ${row.round}`;
        if (shown.get(row.workflowId)?.state === state) continue;
        shown.set(row.workflowId, { state, row });
        out.write(`${clock()}  ${printable(taskSummaryLine(row))}\n`);
      }
      // Where not all are shown, one that is missing may only have slipped down.
      if (rows.length < total) return;
      for (const [workflowId, { row }] of shown) {
        if (seen.has(workflowId)) continue;
        shown.delete(workflowId);
        out.write(`${clock()}  ${printable(taskLabel(row))} is no longer in this list\n`);
      }
    },
    noAnswer: (reason) => {
      if (answers) out.write(`${clock()}  ${noAnswerText(reason)}\n`);
      answers = false;
    },
    finish: () => undefined,
  };
}

function noAnswerText(reason: string): string {
  return `Temporal does not answer (${reason}). It is asked again every few seconds.`;
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
