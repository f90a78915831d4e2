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
import {
  headKey,
  HEADS,
  isForeign,
  isPointer,
  lineKey,
  linesOf,
  pointerKey,
  pointersOf,
  sequenceOf,
  studioOfHead,
} from './object-keys';
import { toReceipt, type AuditLog } from './audit-log';

const JSON_LINE = { contentType: 'application/jsonl' } as const;

/** One object for each line, written only if its sequence number is free, so no lock is needed. */
export function createBucketAudit(store: Store, keys: AuditKeys): AuditLog {
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
    let sequence = 0;
    // Not every store lists in order, or knows where to begin.
    for await (const key of store.list(linesOf(studio), { after })) {
      sequence = Math.max(sequence, sequenceOf(key) ?? 0);
    }
    if (sequence <= (noted?.sequence ?? 0)) return noted;
    const line = await lineAt(studio, sequence);
    if (line !== undefined) return line;
    throw new Error(
      `The last line of the audit, ${store.place}/${lineKey(studio, sequence)}, was changed or has another key, so nothing can follow it. ` +
        'Run "extpost audit verify", find out who changed it, and put a copy back or begin a new prefix.',
    );
  }

  async function readHead(studio: string): Promise<ChainLink | undefined> {
    return parseChainLink(await textAt(headKey(studio)));
  }

  /** Records the head, and repeats that if another writer has appended meanwhile. */
  async function recordHead(studio: string, link: ChainLink): Promise<void> {
    for (let noted = link; ;) {
      const { sequence, hash } = noted;
      await store.put(headKey(studio), Buffer.from(JSON.stringify({ sequence, hash })));
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
      const pointer = pointerKey(studio, taskId, entryId);
      for (let taken = 0; ;) {
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
        if (sequence === taken) {
          throw new Error(
            `The store ${store.place} says that ${lineKey(studio, sequence)} exists, but does not list it. extpost tries again later. ` +
              'If that continues, use a store that lists new objects at once.',
          );
        }
        await store.put(pointer, Buffer.from(JSON.stringify({ sequence, hash })));
        if (!(await store.create(lineKey(studio, sequence), Buffer.from(`${serialiseAuditLine(line)}\n`), JSON_LINE))) {
          taken = sequence;
          continue;
        }
        await recordHead(studio, line);
        return toReceipt(line);
      }
    },
    async studios() {
      const studios: string[] = [];
      for await (const key of store.list(HEADS)) {
        const studio = studioOfHead(key);
        if (studio !== undefined) studios.push(studio);
      }
      return studios;
    },
    head: readHead,
    async *lines(studio) {
      const sequences: number[] = [];
      for await (const key of store.list(linesOf(studio))) {
        const sequence = sequenceOf(key);
        if (sequence !== undefined) sequences.push(sequence);
      }
      for (const sequence of ascending(sequences)) yield await found(lineKey(studio, sequence));
    },
    async *linesSince(studio, since) {
      const last = await lastLine(studio);
      // Backwards, because an object of a year ago is not worth a request.
      for (let sequence = last?.sequence ?? 0; sequence > 0; sequence--) {
        const stored = await found(lineKey(studio, sequence));
        yield stored;
        const line = stored.text === undefined ? undefined : parseAuditLine(stored.text.trimEnd(), keys);
        if (line !== undefined && !('fault' in line) && Date.parse(line.recordedAt) < since) return;
      }
    },
    async *linesOfTask(studio, taskId) {
      const sequences: number[] = [];
      for await (const key of store.list(pointersOf(studio, taskId))) {
        if (!isPointer(key)) continue;
        const link = parseChainLink(await textAt(key));
        if (link !== undefined) sequences.push(link.sequence);
      }
      for (const sequence of ascending(sequences)) yield await found(lineKey(studio, sequence));
    },
    async *foreign() {
      for await (const key of store.list('')) if (isForeign(key)) yield `${store.place}/${key}`;
    },
    keepsOneChain: () => store.provesCreate(),
    close: () => {
      store.close();
    },
  };

  async function found(key: string): Promise<StoredLine> {
    const bytes = await store.get(key);
    return { place: `${store.place}/${key}`, text: bytes && decodeLine(bytes) };
  }
}

/** Not every store lists keys in order. */
function ascending(sequences: readonly number[]): number[] {
  return [...sequences].sort((one, other) => one - other);
}
