import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Client } from '@temporalio/client';
import { request } from 'undici';

/** A place where no secret may be, and everything that can be read there. */
export interface Place {
  readonly name: string;
  readonly text: string;
}

/** Every form in which a secret could appear: plain, in an address, in JSON, in Base64. */
export function formsOf(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, encodeURIComponent(secret), escaped, Buffer.from(secret).toString('base64')])];
}

/** Every file of a folder, read as text, except files that the running worker deletes meanwhile. */
export async function filesOf(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const name = path.join(entry.parentPath, entry.name);
        const text = await readFile(name, 'latin1').catch((trouble: unknown) => {
          if ((trouble as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
          throw trouble;
        });
        return text === undefined ? [] : [{ name, text }];
      }),
  );
  return places.flat();
}

/**
 * Everything that Temporal keeps of every workflow and schedule: history with payloads decoded, memo, search
 * attributes, pending activities with their last failure and heartbeat, current details.
 */
export async function temporalPlaces(client: Client): Promise<Place[]> {
  const places: Place[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const [history, description, details] = await Promise.all([
      handle.fetchHistory(),
      handle.describe(),
      handle.query('__temporal_workflow_metadata').catch(() => undefined),
    ]);
    places.push(
      { name: `history of ${workflowId}`, text: textOf(history) },
      { name: `description of ${workflowId}`, text: textOf([description.raw, description.memo]) },
      { name: `current details of ${workflowId}`, text: textOf(details) },
    );
  }
  for await (const { scheduleId } of client.schedule.list()) {
    places.push({
      name: `schedule ${scheduleId}`,
      text: textOf((await client.schedule.getHandle(scheduleId).describe()).raw),
    });
  }
  return places;
}

export async function pageOf(address: string): Promise<Place> {
  const answer = await request(address);
  return { name: address, text: await answer.body.text() };
}

/** All names and values of an object, with bytes read as text; booleans hold no secret. */
function textOf(value: unknown): string {
  const parts: string[] = [];
  const seen = new Set<object>();
  const walk = (one: unknown): void => {
    if (one instanceof Uint8Array) parts.push(Buffer.from(one).toString('utf8'));
    else if (typeof one === 'object' && one !== null) {
      if (seen.has(one)) return;
      seen.add(one);
      for (const [key, inner] of one instanceof Map ? one : Object.entries(one)) {
        parts.push(String(key));
        walk(inner);
      }
    } else if (typeof one === 'string' || typeof one === 'number' || typeof one === 'bigint') parts.push(String(one));
  };
  walk(value);
  return parts.join('\n');
}
