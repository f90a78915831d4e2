import { Command, InvalidArgumentError } from 'commander';

import { type AuditLog, createAuditLog } from '../../activities';
import { type ExtpostConfig, loadConfig } from '../../config';
import { parseAuditLine } from '../../domain/audit/audit-chain';
import { auditText } from '../../domain/audit/audit-text';
import { CommandError, exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';
import { printable } from '../shared/terminal-text';
import { auditResultText, verifyStudio } from './verify-studio';

interface AuditOptions {
  readonly config: string;
  readonly studio?: string;
  readonly json?: boolean;
}

interface VerifyOptions extends AuditOptions {
  readonly from?: string;
  readonly expect?: string;
}

export function auditCommand(): Command {
  const verify = new Command('verify')
    .description('prove that no line of the audit was changed, removed or moved; says where the first one was')
    .addOption(configOption())
    .option('-s, --studio <name>', 'only this studio; else all')
    .option('--from <month>', 'from this month on, such as 2026-11: when what is older was removed on purpose', month)
    .option('--expect <hash>', 'a hash that was written down elsewhere; some line must have it', hash)
    .option('--json', 'print the result as JSON')
    .action(async (options: VerifyOptions) => {
      await withAudit(options, async (log, studios) => {
        const results = [];
        for (const studio of studios) results.push(await verifyStudio(log, studio, options));
        if (options.json === true) console.log(JSON.stringify({ place: log.place, studios: results }, undefined, 2));
        else for (const result of results) console.log(auditResultText(result));
        if (results.some(({ broken }) => broken !== undefined)) process.exitCode = exitCodes.auditBroken;
      });
    });
  const show = new Command('show')
    .description('show what was delivered for one task, when, and how that is known')
    .requiredOption('-t, --task <id>', 'the task')
    .addOption(configOption())
    .option('-s, --studio <name>', 'only this studio; else all')
    .option('--json', 'print the lines as they stand in the audit')
    .action(async (options: AuditOptions & { readonly task: string }) => {
      await withAudit(options, async (log, studios) => {
        const { found, broken } = await printTaskLines(log, studios, options.task, options.json === true);
        if (broken) process.exitCode = exitCodes.auditBroken;
        if (found > 0) return;
        throw new CommandError(`The audit in ${log.place} has no line on the task ${options.task}.`, exitCodes.failed);
      });
    });
  return new Command('audit')
    .description('the record of what was delivered: verify it, show it')
    .addCommand(verify)
    .addCommand(show);
}

async function withAudit(
  { config: path, studio }: AuditOptions,
  work: (log: AuditLog, studios: readonly string[]) => Promise<void>,
): Promise<void> {
  const config = await loadConfig({ path, environment: process.env });
  const log = createAuditLog(config.audit.store);
  try {
    await work(log, await chosenStudios(log, config, studio));
  } finally {
    log.close();
  }
}

/** The studios of the configuration and those that only the audit knows. */
async function chosenStudios(log: AuditLog, config: ExtpostConfig, only: string | undefined): Promise<string[]> {
  const all = [...new Set([...Object.keys(config.studios), ...(await log.studios())])].sort();
  if (only === undefined) return all;
  if (all.includes(only)) return [only];
  throw new CommandError(`There is no studio "${only}"; there are ${all.join(', ')}.`, exitCodes.wrongUse);
}

function month(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('A month is written like 2026-11.');
}

function hash(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('A hash is 64 of 0-9 and a-f, as "extpost audit verify" prints it.');
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
      const line = text === undefined ? { fault: 'it is cut off, or not text' } : parseAuditLine(text);
      if ('fault' in line) {
        broken = true;
        console.error(`${place}: this line cannot be trusted: ${line.fault}. Run "extpost audit verify".`);
        continue;
      }
      if (line.entry.taskId !== taskId) continue;
      found++;
      if (asJson) console.log(text);
      else for (const row of auditText(line)) console.log(printable(row));
    }
  }
  return { found, broken };
}
