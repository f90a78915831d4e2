import { Command } from 'commander';

import type { AuditLog } from '../../activities';
import { parseAuditLine } from '../../domain/audit/audit-chain';
import { auditText } from '../../domain/audit/audit-text';
import { parseTaskName } from '../../starters';
import { exitCodes, failure } from '../exit-codes';
import { configOption, taskArgument } from '../shared/options';
import { resolveKnownTaskId } from '../shared/resolve-task';
import { printable } from '../shared/terminal-text';
import { sayWhileWaiting } from '../shared/waiting';
import { anchorCommand } from './anchor-command';
import { verifyCommand } from './verify-command';
import { chosenStudios, withAudit, type AuditOptions } from './with-audit';

interface ShowOptions extends AuditOptions {
  readonly json?: boolean;
}

export function auditCommand(): Command {
  const show = new Command('show')
    .description('show what was delivered for one task, when, and how that is known')
    .argument('<studio>', 'a studio of the audit; or a workflow id alone')
    .argument('[task]', taskArgument)
    .addOption(configOption())
    .option('--json', 'print the lines as they are stored')
    .action(async (named: string, task: string | undefined, options: ShowOptions) => {
      const name = parseTaskName(named, task);
      const taskId = await resolveKnownTaskId(name, options.config);
      await withAudit(options.config, async (opened) => {
        const { log } = opened;
        const studios = await chosenStudios(opened, name.studio);
        const { found, broken } = await sayWhileWaiting(`the lines of the task in ${log.place}`, () =>
          printTaskLines(log, studios, taskId, options.json === true),
        );
        if (broken) process.exitCode = exitCodes.auditBroken;
        if (found > 0) return;
        throw failure(`The audit in ${log.place} has no line on the task ${taskId}.`);
      });
    });
  return new Command('audit')
    .description('the record of what was delivered: verify it, anchor its end elsewhere, show it')
    .addCommand(verifyCommand())
    .addCommand(anchorCommand())
    .addCommand(show);
}

/** Prints the lines of one task. Returns how many there are, and whether one of them is damaged. */
async function printTaskLines(
  log: AuditLog,
  studios: readonly string[],
  taskId: string,
  asJson: boolean,
): Promise<{ found: number; broken: boolean }> {
  let [found, broken] = [0, false];
  for (const studio of studios) {
    for await (const { place, text } of log.linesOfTask(studio, taskId)) {
      const line = text === undefined ? { fault: 'it is cut off, or not text' } : parseAuditLine(text, log.keys);
      if ('fault' in line) {
        broken = true;
        console.error(`${place}: this line cannot be trusted: ${line.fault}. Run "extpost audit verify".`);
        continue;
      }
      if (line.entry.studio !== studio || line.entry.taskId !== taskId) continue;
      found++;
      if (asJson) console.log(text);
      else for (const row of auditText(line)) console.log(printable(row));
    }
  }
  return { found, broken };
}
