import type { Store } from '../../clients';
import {
  serialiseAuditLine,
  nextAuditLine,
  parseAuditLine,
  type AuditLine,
  type ChainLink,
} from '../../domain/audit/audit-chain';
import type { AuditKeys } from '../../domain/audit/audit-keys';
import { entryIdOf } from '../../domain/audit/audit-entry';
import type { StoredLine } from '../../domain/audit/audit-verifier';
import { parseChainLink, decodeLine } from './audit-lines';
import { toReceipt, type AuditLog } from './audit-log';

/** Keys are padded, so that they sort in the order of the lines. */
const DIGITS = 10;

const HEADS = 'heads/';

const JSON_LINE = { contentType: 'application/jsonl' } as const;

/** One object for each line, written only if its sequence number is free, so no lock is needed. */
export function createBucketAudit(store: Store, keys: AuditKeys): AuditLog {
  const lineKey = (studio: string, sequence: number): string =>
    `${linesOf(studio)}${String(sequence).padStart(DIGITS, '0')}.jsonl`;

  async function textAt(key: string): Promise<string | undefined> {
    const bytes = await store.get(key);
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  async function lineAt(studio: string, sequence: number): Promise<AuditLine | undefined> {
    const text = await textAt(lineKey(studio, sequence));
    const line = text === undefined ? undefined : parseAuditLine(text.trimEnd(), keys);
    return line === undefined || 'fault' in line ? undefined : line;
  }

  /** The last line: what was written after the recorded head counts too. */
  async function lastLine(studio: string): Promise<ChainLink | undefined> {
    const noted = await readHead(studio);
    const after = noted && lineKey(studio, noted.sequence);
    let last: string | undefined;
    for await (const key of store.list(linesOf(studio), { after })) last = key;
    if (last === undefined) return noted;
    const sequence = Number(last.slice(linesOf(studio).length, -'.jsonl'.length));
    const line = await lineAt(studio, sequence);
    if (line !== undefined) return line;
    throw new Error(
      `The last line of the audit, ${store.place}/${last}, was changed or has another key, so nothing can follow it. ` +
        'Run "extpost audit verify", find out who changed it, and put a copy back or begin a new prefix.',
    );
  }

  async function readHead(studio: string): Promise<ChainLink | undefined> {
    return parseChainLink(await textAt(`${HEADS}${studio}.json`));
  }

  /** Records the head, and repeats that if another writer has appended meanwhile. */
  async function recordHead(studio: string, link: ChainLink): Promise<void> {
    for (let noted = link; ;) {
      const { sequence, hash } = noted;
      await store.put(`${HEADS}${studio}.json`, encoded(JSON.stringify({ sequence, hash })));
      const last = await lastLine(studio);
      if (last === undefined || last.sequence <= noted.sequence) return;
      noted = last;
    }
  }

  /** The entry's line if an earlier attempt has written it: at the recorded number, or at a later one. */
  async function earlierLine(studio: string, entryId: string, pointer: string, last: ChainLink | undefined) {
    const noted = parseChainLink(await textAt(pointer));
    for (let sequence = noted?.sequence ?? Infinity; sequence <= (last?.sequence ?? 0); sequence++) {
      const line = await lineAt(studio, sequence);
      if (line?.entryId === entryId) return line;
    }
    return undefined;
  }

  return {
    place: store.place,
    keys,
    async append(entry) {
      const { studio, taskId } = entry;
      const entryId = entryIdOf(entry);
      const pointer = `${tasksOf(studio)}${taskId}/${entryId}.json`;
      for (;;) {
        // In this order, because an earlier attempt wrote its pointer before its line.
        const last = await lastLine(studio);
        const earlier = await earlierLine(studio, entryId, pointer, last);
        if (earlier !== undefined) {
          // The earlier attempt may have crashed before it recorded the head.
          await recordHead(studio, last ?? earlier);
          return toReceipt(earlier);
        }
        const line = nextAuditLine(entry, last, { recordedAt: new Date().toISOString(), keys });
        const { sequence, hash } = line;
        await store.put(pointer, encoded(JSON.stringify({ sequence, hash })));
        if (!(await store.create(lineKey(studio, sequence), encoded(`${serialiseAuditLine(line)}\n`), JSON_LINE)))
          continue;
        await recordHead(studio, line);
        return toReceipt(line);
      }
    },
    async studios() {
      const studios: string[] = [];
      for await (const key of store.list(HEADS)) studios.push(key.slice(HEADS.length, -'.json'.length));
      return studios;
    },
    head: readHead,
    async *lines(studio) {
      for await (const key of store.list(linesOf(studio))) yield await found(key);
    },
    async *linesOfTask(studio, taskId) {
      const sequences: number[] = [];
      for await (const key of store.list(`${tasksOf(studio)}${taskId}/`)) {
        const link = parseChainLink(await textAt(key));
        if (link !== undefined) sequences.push(link.sequence);
      }
      for (const sequence of sequences.sort((one, other) => one - other)) yield await found(lineKey(studio, sequence));
    },
    close: () => {
      store.close();
    },
  };

  async function found(key: string): Promise<StoredLine> {
    const bytes = await store.get(key);
    return { place: `${store.place}/${key}`, text: bytes && decodeLine(bytes) };
  }
}

function linesOf(studio: string): string {
  return `lines/${studio}/`;
}

function tasksOf(studio: string): string {
  return `tasks/${studio}/`;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
