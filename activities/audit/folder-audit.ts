import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { serialiseAuditLine, nextAuditLine, parseAuditLine, type ChainLink } from '../../domain/audit/audit-chain';
import { entryIdOf, type DeliveryEntry } from '../../domain/audit/audit-entry';
import type { StoredLine } from '../../domain/audit/audit-verifier';
import { finishAppend, writePendingAppend, readPendingAppend } from './pending-append';
import { readLines } from './audit-lines';
import { withFolderLock, isWriteForbidden } from './folder-lock';
import { toReceipt, type AuditLog, type AuditReceipt } from './audit-log';

const MONTH_FILE = /^\d{4}-\d\d\.jsonl$/;

/** An entry that comes again does so within hours; the file before the newest covers the turn of a month. */
const FILES_SEARCHED = 2;

/** An audit in a folder: a folder a studio, in it a file a month. Processes of one host take turns by a lock. */
export function createFolderAudit(folder: string): AuditLog {
  const writers = new Map<string, StudioWriter>();
  const writerOf = (studio: string): StudioWriter => {
    const writer = writers.get(studio) ?? new StudioWriter(path.join(folder, studio));
    writers.set(studio, writer);
    return writer;
  };
  const filesOf = async function* (studio: string, fromMonth = ''): AsyncGenerator<StoredLine> {
    for (const file of await monthFiles(path.join(folder, studio))) {
      if (path.basename(file) >= fromMonth) yield* readLines(file);
    }
  };
  return {
    place: folder,
    append: (entry) => writerOf(entry.studio).append(entry),
    async studios() {
      const entries = await undefinedIfAbsent(readdir(folder, { withFileTypes: true }));
      return (entries ?? []).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    },
    head: (studio) => writerOf(studio).head(),
    lines: filesOf,
    async *linesOfTask(studio, taskId) {
      for await (const found of filesOf(studio)) {
        // A cheap look first: reading every line as JSON would take its time.
        if (found.text?.includes(taskId) === true) yield found;
      }
    },
    close: () => undefined,
  };
}

/** Writes one studio's chain. */
class StudioWriter {
  private turn: Promise<unknown> = Promise.resolve();
  /** Entries that this process has seen in the files, and up to which byte it has read each. */
  private readonly seen = new Map<string, AuditReceipt>();
  private readonly readTo = new Map<string, number>();

  constructor(private readonly folder: string) {}

  /** One at a time within this process; the lock is for the others. */
  append(entry: DeliveryEntry): Promise<AuditReceipt> {
    const turn = this.turn.then(() =>
      withFolderLock(this.folder, () => this.appendAlone(entry)).catch(rethrow(this.folder)),
    );
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** The last line that was written. Changes nothing: verifying must not heal what it is to find. */
  async head(): Promise<ChainLink | undefined> {
    const isThere = (await undefinedIfAbsent(stat(this.folder))) !== undefined;
    if (!isThere) return undefined;
    // With the lock, because a line is noted a moment before it is written; a copy to be looked at may be read-only.
    const noted = await withFolderLock(this.folder, () => readPendingAppend(this.folder)).catch((error: unknown) => {
      if (isWriteForbidden(error)) return readPendingAppend(this.folder);
      throw error;
    });
    return linkOf(noted?.line);
  }

  private async appendAlone(entry: DeliveryEntry): Promise<AuditReceipt> {
    const noted = await readPendingAppend(this.folder);
    if (noted !== undefined) await finishAppend(this.folder, noted);
    const earlier = await this.find(entryIdOf(entry));
    if (earlier !== undefined) return earlier;

    const recordedAt = new Date().toISOString();
    const newest = (await monthFiles(this.folder)).at(-1);
    const last = linkOf(noted?.line) ?? (newest === undefined ? undefined : await lastLinkIn(newest));
    const line = nextAuditLine(entry, last, recordedAt);
    // A clock that was put back must not put a line into a file before the last one's.
    const file = [`${recordedAt.slice(0, 7)}.jsonl`, newest === undefined ? '' : path.basename(newest)].sort().at(-1);
    const append = { file: file ?? '', line: serialiseAuditLine(line) };
    await finishAppend(this.folder, await writePendingAppend(this.folder, append));
    return toReceipt(line);
  }

  /** Looks for an entry in the newest files; reads only what was added since it looked last. */
  private async find(entryId: string): Promise<AuditReceipt | undefined> {
    for (const file of (await monthFiles(this.folder)).slice(-FILES_SEARCHED)) {
      for await (const { text, end } of readLines(file, { from: this.readTo.get(file) ?? 0 })) {
        const receipt = receiptIn(text);
        if (receipt !== undefined) this.seen.set(receipt.entryId, receipt);
        this.readTo.set(file, end);
      }
    }
    return this.seen.get(entryId);
  }
}

/** Node's errors say what the system said; this says what it means. */
function rethrow(folder: string): (error: unknown) => never {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ELOCKED' ? 'another process holds its lock' : code === 'ENOSPC' ? 'the disk is full' : code;
    throw new Error(`The audit in ${folder} cannot be written (${why}); it is tried again.`, { cause: error });
  };
}

/** A studio's files, oldest first. */
async function monthFiles(folder: string): Promise<string[]> {
  const names = (await undefinedIfAbsent(readdir(folder))) ?? [];
  return names
    .filter((name) => MONTH_FILE.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

/** A line ends with these in this order, because its keys are in order. */
const LINE_TAIL =
  /"entryId":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","previous":"[0-9a-f]{64}","recordedAt":"[^"]*","sequence":(\d+)\}$/;

/** What a line's end says of it: proving every line of a month before the first append would take seconds. */
function receiptIn(text: string | undefined): AuditReceipt | undefined {
  const [, entryId, hash, sequence] = LINE_TAIL.exec(text ?? '') ?? [];
  return entryId === undefined || hash === undefined ? undefined : { entryId, hash, sequence: Number(sequence) };
}

/** Where the note of the last line is gone: the last line that can be read. */
async function lastLinkIn(file: string): Promise<ChainLink | undefined> {
  let last: ChainLink | undefined;
  for await (const { text } of readLines(file)) last = linkOf(text) ?? last;
  return last;
}

function linkOf(text: string | undefined): ChainLink | undefined {
  const line = text === undefined ? undefined : parseAuditLine(text);
  return line === undefined || 'fault' in line ? undefined : line;
}

async function undefinedIfAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
