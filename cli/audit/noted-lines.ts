import { readFile } from 'node:fs/promises';

import type { Client } from '@temporalio/client';
import { z } from 'zod';

import { messageOf } from '../../domain/shared/text';
import { LATE_AUDIT_ENTRY, notedReceipt, studioOfLateEntry } from '../../domain/audit/audit-receipt';
import type { NotedLine } from '../../domain/audit/audit-verifier';
import { EXTERNAL_POST_TASK } from '../../workflows/external-post-task/messages/messages';
import { usageError } from '../exit-codes';

/** Pages of a thousand runs each, so this is enough for any number that a namespace keeps. */
const TIMEOUT_MS = 5 * 60_000;

/** What is known outside of the audit of one studio's lines. */
export interface OutsideNotes {
  readonly noted: readonly NotedLine[];
  /** Entries that Temporal still has to have written. */
  readonly waiting: number;
}

export type NotesByStudio = ReadonlyMap<string, OutsideNotes>;

/** The end of a studio's chain at some time, to be kept where nobody who can write to the audit can write. */
export const anchorSchema = z.object({
  studio: z.string(),
  sequence: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** When it was made; ISO 8601, UTC. */
  at: z.string(),
});
export type Anchor = z.infer<typeof anchorSchema>;

/** The receipts that runs of tasks have in Temporal, as long as it keeps them, and what they still have to write. */
export async function notesInTemporal(client: Client): Promise<NotesByStudio> {
  const notes = new Map<string, OutsideNotes>();
  const query = `WorkflowType IN ('${EXTERNAL_POST_TASK}', '${LATE_AUDIT_ENTRY}')`;
  await client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
    for await (const { workflowId, type, status, memo } of client.workflow.list({ query, pageSize: 1000 })) {
      const receipt = notedReceipt(memo);
      if (receipt !== undefined) {
        add(notes, receipt.studio, [{ ...receipt, notedBy: `the run of ${workflowId} in Temporal` }], 0);
      }
      const studio = studioOfLateEntry(workflowId);
      if (type === LATE_AUDIT_ENTRY && status.name === 'RUNNING' && studio !== undefined) add(notes, studio, [], 1);
    }
  });
  return notes;
}

/** The anchors in a file of JSON Lines, as `extpost audit anchor` prints them. Throws CommandError for any other line. */
export async function notesInAnchors(path: string): Promise<NotesByStudio> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const reason = messageOf(error);
    throw usageError(`The anchors in ${path} cannot be read: ${reason}`);
  });
  const notes = new Map<string, OutsideNotes>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const anchor = parseAnchor(line);
    if (anchor === undefined) {
      throw usageError(`${path}:${index + 1} is not an anchor. Keep the lines as "extpost audit anchor" prints them.`);
    }
    const { studio, at } = anchor;
    add(notes, studio, [{ ...anchor, notedBy: `the anchor of ${at} (${path}:${index + 1})` }], 0);
  }
  return notes;
}

export function joinNotes(all: readonly NotesByStudio[]): NotesByStudio {
  const joined = new Map<string, OutsideNotes>();
  for (const notes of all) for (const [studio, { noted, waiting }] of notes) add(joined, studio, noted, waiting);
  return joined;
}

function add(notes: Map<string, OutsideNotes>, studio: string, noted: readonly NotedLine[], waiting: number): void {
  const before = notes.get(studio);
  notes.set(studio, { noted: [...(before?.noted ?? []), ...noted], waiting: (before?.waiting ?? 0) + waiting });
}

function parseAnchor(line: string): Anchor | undefined {
  try {
    return anchorSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
