import type { AuditLog } from '../../activities';
import { createAuditLog } from '../../activities/audit/audit-activities';
import { type CredentialGroup, type ExtpostConfig, loadConfig } from '../../config';
import { usageError } from '../exit-codes';

export interface AuditOptions {
  readonly config: string;
  readonly studio?: string;
}

export interface OpenedAudit {
  readonly config: ExtpostConfig;
  readonly log: AuditLog;
}

/** Opens the configured audit for a piece of work. */
export async function withAudit(
  path: string,
  work: (opened: OpenedAudit) => Promise<void>,
  needs: readonly CredentialGroup[] = ['audit'],
): Promise<void> {
  const config = await loadConfig({ path, needs: ['storage', ...needs] });
  const { store, keys } = config.audit;
  const log = createAuditLog(store, keys);
  try {
    await work({ config, log });
  } finally {
    log.close();
  }
}

/** The studios of the configuration and those that only the audit, or something that has noted its lines, knows. */
export async function chosenStudios(
  { config, log }: OpenedAudit,
  only: string | undefined,
  noted: Iterable<string> = [],
): Promise<string[]> {
  const all = [...new Set([...Object.keys(config.studios), ...(await log.studios()), ...noted])].sort();
  if (only === undefined) return all;
  if (all.includes(only)) return [only];
  throw usageError(`There is no studio "${only}". Known: ${all.join(', ')}.`);
}
