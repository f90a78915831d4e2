import type { AuditLog } from '../../activities';
import { pluralise } from '../../domain/shared/text';
import { printable } from '../shared/terminal-text';

/** A sentence on what others keep beside the audit; `undefined` when there is nothing. */
export async function foreignObjectsText(log: Pick<AuditLog, 'foreign' | 'place'>): Promise<string | undefined> {
  let count = 0;
  let first = '';
  for await (const place of log.foreign()) {
    count += 1;
    if (count === 1) first = place;
  }
  if (count === 0) return undefined;
  const verb = count === 1 ? 'is' : 'are';
  return (
    `In ${log.place} ${verb} ${pluralise(count, 'object')} that extpost did not write, such as ${printable(first)}. ` +
    'They are not part of the audit and are ignored.'
  );
}
