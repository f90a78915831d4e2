import { setTimeout as pause } from 'node:timers/promises';

import type { Command } from 'commander';
import { z } from 'zod';

import { waitForStopSignal } from '../../cli/shared/signals';
import { violationsText } from '../sandbox-control';
import { controlCommand, sandboxControl, taskLine } from './control-command';

const POLL_INTERVAL_MS = 500;
const entries = z.array(z.looseObject({ at: z.number(), kind: z.string() }));

/** `extpost sandbox tasks`, `ledger` and `events`: inspect a running sandbox. */
export function sandboxInspectCommands(): Command[] {
  return [
    controlCommand('tasks', 'list the tasks and their state').action(async ({ control }: { control: string }) => {
      const tasks = z.array(z.unknown()).parse(await sandboxControl({ control }).call('GET', '/tasks'));
      for (const task of tasks) console.log(taskLine(task));
    }),
    controlCommand('ledger', 'show the verdict on every task')
      .option('--json', 'everything, as JSON')
      .option('--final', 'count what is still waiting as lost')
      .action(async ({ control, json, final }: { control: string; json?: true; final?: true }) => {
        if (json === true) {
          const ledger = await sandboxControl({ control }).call('GET', final === true ? '/ledger?final=1' : '/ledger');
          console.log(JSON.stringify(ledger, undefined, 2));
          return;
        }
        const ledger = await sandboxControl({ control }).ledger(final === true);
        for (const { taskId, product, verdict, reason } of ledger.tasks)
          console.log(`${taskId}  ${product}  ${verdict}: ${reason}`);
        console.log(`${ledger.line}; ${violationsText(ledger)}`);
      }),
    controlCommand('events', 'show everything that happened')
      .option('--follow', 'keep running until Ctrl-C')
      .action(async ({ control, follow }: { control: string; follow?: true }) => {
        const stop = new AbortController();
        if (follow === true)
          void waitForStopSignal().then(() => {
            stop.abort();
          });
        let seen = 0;
        do {
          const fresh = entries.parse(await sandboxControl({ control }).call('GET', `/events?after=${seen}`));
          for (const { at, kind, ...facts } of fresh) console.log(`${formatTime(at)}  ${kind}  ${formatFields(facts)}`);
          seen += fresh.length;
          if (follow === true) await pause(POLL_INTERVAL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
        } while (follow === true && !stop.signal.aborted);
      }),
  ];
}

function formatTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

function formatFields(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
