import type { AuditLog } from '../../activities';
import { parseAuditLine } from '../../domain/audit/audit-chain';
import { auditText } from '../../domain/audit/audit-text';
import { printable } from '../shared/printable';

/** Prints the lines of one task; says how many there are, and whether one of them cannot be trusted. */
export async function printTaskLines(
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
