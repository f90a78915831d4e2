import { Registry } from 'prom-client';

import { notesInTemporal } from '../../cli/audit/noted-lines';
import { AUDIT_MEMO, lateAuditEntryId } from '../../domain/audit/audit-receipt';
import { measureAuditBacklog } from '../../starters';
import { statusQuery } from '../../workflows/external-post-task/messages/messages';
import { eventually } from '../support/temporal';
import { detailsOf, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

/** An audit that cannot be written until the test lets it. */
function brokenAudit(): { mend: () => void } {
  const { activities } = stage.world;
  const record = activities.recordDelivery;
  let isMended = false;
  activities.recordDelivery = async (entry) => {
    if (!isMended) throw new Error('The disk is full.');
    await record(entry);
    return { sequence: 7, hash: 'a'.repeat(64), entryId: 'b'.repeat(64) };
  };
  return {
    mend: () => {
      isMended = true;
    },
  };
}

describe('an audit that is away', () => {
  it('gets its entry later, also when the task is terminated meanwhile, and until then the task shows it', async () => {
    const audit = brokenAudit();
    const handle = await stage.submittedTask();
    await eventually(
      () => detailsOf(handle),
      (details) => details.includes('could not be written to the audit yet'),
    );
    const [, lateId = ''] = /the workflow (extpost-audit\/acme\/[0-9a-f]{64})/.exec(await detailsOf(handle)) ?? [];
    await handle.terminate('A person wants it.');
    expect(stage.world.audit).toEqual([]);
    const { client } = stage.server;
    await eventually(
      () => notesInTemporal(client),
      (notes) => notes.get('acme')?.waiting === 1,
    );
    const registry = new Registry();
    measureAuditBacklog(client, registry);
    await eventually(
      () => registry.metrics(),
      (metrics) => metrics.includes('extpost_audit_entries_waiting 1'),
    );
    audit.mend();
    const late = stage.server.client.workflow.getHandle(lateId);
    await expect(late.result()).resolves.toMatchObject({ sequence: 7 });
    const [entry] = stage.world.audit;
    expect(entry && lateAuditEntryId(entry)).toBe(lateId);
    expect((await late.describe()).memo?.[AUDIT_MEMO]).toMatchObject({ studio: 'acme', sequence: 7 });
  });

  it('is no longer warned of once its entry is written', async () => {
    const audit = brokenAudit();
    const handle = await stage.submittedTask();
    await eventually(
      () => detailsOf(handle),
      (details) => details.includes('could not be written to the audit yet'),
    );
    audit.mend();
    await eventually(
      () => detailsOf(handle),
      (details) => !details.includes('could not be written to the audit yet'),
    );
    expect((await handle.query(statusQuery)).stage).toBe('Done');
  });
});

describe('a line of the audit', () => {
  it('is noted by its run in Temporal, out of reach of whoever can write to the audit', async () => {
    brokenAudit().mend();
    const handle = await stage.startTask();
    await handle.result();
    const receipt = { studio: 'acme', sequence: 7, hash: 'a'.repeat(64) };
    expect((await handle.describe()).memo?.[AUDIT_MEMO]).toEqual(receipt);
    const notedBy = `the run of ${handle.workflowId} in Temporal`;
    const notes = await eventually(
      () => notesInTemporal(stage.server.client),
      (all) => all.get('acme')?.noted.some((one) => one.notedBy === notedBy) === true,
    );
    expect(notes.get('acme')?.noted).toContainEqual({ ...receipt, notedBy });
  });
});
