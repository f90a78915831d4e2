import type { Client } from '@temporalio/client';
import { Gauge, type Registry } from 'prom-client';

import { LATE_AUDIT_ENTRY } from '../../domain/audit/audit-receipt';

const TIMEOUT_MS = 5_000;

/** A gauge of entries that are not in the audit yet. When Temporal does not answer it keeps its last value. */
export function measureAuditBacklog(client: Pick<Client, 'workflow' | 'withDeadline'>, registry: Registry): void {
  const query = `WorkflowType = '${LATE_AUDIT_ENTRY}' AND ExecutionStatus = 'Running'`;
  new Gauge({
    name: 'extpost_audit_entries_waiting',
    help: 'Entries that could not be written to the audit yet, of all studios and workers.',
    registers: [registry],
    async collect() {
      const counting = client.withDeadline(Date.now() + TIMEOUT_MS, () => client.workflow.count(query));
      const found = await counting.catch(() => undefined);
      if (found !== undefined) this.set(found.count);
    },
  });
}
