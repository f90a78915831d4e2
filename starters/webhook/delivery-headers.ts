import { appendFile, mkdir, readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';

import type { Logger } from 'pino';
import { z } from 'zod';

/** Records headers of first deliveries, which are undocumented (docs/reference/creative-force.md#webhook-headers). */
export interface HeaderRecorder {
  /** Never throws; failures are logged. `isSigned`: whether the signature was valid. */
  readonly record: (studio: string, isSigned: boolean, headers: IncomingHttpHeaders) => Promise<void>;
}

export interface HeaderRecorderOptions {
  /** Folder of `first-deliveries.jsonl`; created when needed. */
  readonly folder: string;
  /** Number of recorded deliveries per studio, for signed and unsigned ones each, across restarts; 0: none. */
  readonly deliveries: number;
  readonly logger: Logger;
}

const FILE_NAME = 'first-deliveries.jsonl';
const LONGEST_VALUE = 200;
const SECRET_NAME = /signature|auth|cookie|token|secret|key|password|session|credential|cert/i;

const lineSchema = z.object({ studio: z.string(), isSigned: z.boolean() });

/** Opens the record, one JSON line per delivery. Of unsigned calls, only names and lengths are recorded. */
export async function openHeaderRecorder({
  folder,
  deliveries,
  logger,
}: HeaderRecorderOptions): Promise<HeaderRecorder> {
  if (deliveries === 0) return { record: () => Promise.resolve() };
  const path = join(folder, FILE_NAME);
  const recorded = await countRecorded(path);
  return {
    record: async (studio, isSigned, headers) => {
      const kind = kindOf(studio, isSigned);
      const count = recorded.get(kind) ?? 0;
      if (count >= deliveries) return;
      recorded.set(kind, count + 1);
      const line = { at: new Date().toISOString(), studio, isSigned, headers: safeHeaders(headers, isSigned) };
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code;
        logger.warn({ studio, path, reason }, 'the headers of a delivery could not be written down');
      }
    },
  };
}

function safeHeaders(headers: IncomingHttpHeaders, isSigned: boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => {
      const text = Array.isArray(value) ? value.join(', ') : value;
      const isShown = isSigned && !SECRET_NAME.test(name);
      return [name, isShown ? text.slice(0, LONGEST_VALUE) : `[hidden, ${text.length} characters]`];
    }),
  );
}

async function countRecorded(path: string): Promise<Map<string, number>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const recorded = new Map<string, number>();
  for (const line of text.split('\n')) {
    const { data } = lineSchema.safeParse(parseJson(line));
    if (data === undefined) continue;
    const kind = kindOf(data.studio, data.isSigned);
    recorded.set(kind, (recorded.get(kind) ?? 0) + 1);
  }
  return recorded;
}

function kindOf(studio: string, isSigned: boolean): string {
  return `${studio}/${isSigned ? 'signed' : 'unsigned'}`;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
