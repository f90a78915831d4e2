import { readdir, stat, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { lock } from 'proper-lockfile';

import { filesBelow, unlessGone } from '../../clients';
import { serialiseAuditLine, nextAuditLine, parseAuditLine, type ChainLink } from '../../domain/audit/audit-chain';
import { entryIdOf, type DeliveryEntry } from '../../domain/audit/audit-entry';
import type { AuditKeys } from '../../domain/audit/audit-keys';
import type { AuditReceipt } from '../../domain/audit/audit-receipt';
import type { StoredLine } from '../../domain/audit/audit-verifier';
import { readLines } from './audit-lines';
import { toReceipt, type AuditLog } from './audit-log';
import { finishAppend, writePendingAppend, readPendingAppend } from './pending-append';

const MONTH_FILE = /^\d{4}-\d\d\.jsonl$/;
/** As in the configuration; `lost+found` or `.snapshot` is none. */
const STUDIO = /^[a-z0-9][a-z0-9-]*$/;
/** Months, the note of the last line with its lock and its temporary file, and the notes on tasks. */
const OWN_FILE =
  /^[a-z0-9][a-z0-9-]*\/(?:\d{4}-\d\d\.jsonl|head\.json(?:\.\d+)?|tasks\/task-[^/]+\/\d{4}-\d\d\.jsonl)$/;

/** A retry comes within hours, so the current month and the one before are enough. */
const FILES_SEARCHED = 2;

/** An audit in a folder: one folder for each studio, one file for each month. A lock excludes other processes. */
export function createFolderAudit(folder: string, keys: AuditKeys): AuditLog {
  const writers = new Map<string, StudioWriter>();
  const writerOf = (studio: string): StudioWriter => {
    const writer = writers.get(studio) ?? new StudioWriter(path.join(folder, studio), keys);
    writers.set(studio, writer);
    return writer;
  };
  const filesOf = async function* (studio: string, fromMonth = ''): AsyncGenerator<StoredLine> {
    for (const file of await monthFiles(path.join(folder, studio))) {
      const month = monthOf(file);
      if (month < fromMonth) continue;
      for await (const { place, text } of readLines(file)) yield { place, text, month };
    }
  };
  return {
    place: folder,
    keys,
    append: (entry) => writerOf(entry.studio).append(entry),
    async studios() {
      const entries = await unlessGone(readdir(folder, { withFileTypes: true }));
      return (entries ?? []).filter((entry) => entry.isDirectory() && STUDIO.test(entry.name)).map(({ name }) => name);
    },
    head: (studio) => writerOf(studio).head(),
    lines: filesOf,
    linesSince: (studio, since) => filesOf(studio, new Date(since).toISOString().slice(0, 7)),
    async *linesOfTask(studio, taskId) {
      const home = path.join(folder, studio);
      const months = await monthsOfTask(home, taskId);
      for (const file of await monthFiles(home)) {
        if (months?.includes(path.basename(file)) === false) continue;
        for await (const found of readLines(file)) {
          // Parsing every line would be slow.
          if (found.text?.includes(taskId) === true) yield found;
        }
      }
    },
    async *foreign() {
      for (const { path: file } of await filesBelow(folder)) {
        if (!OWN_FILE.test(path.relative(folder, file).split(path.sep).join('/'))) yield file;
      }
    },
    // The lock takes care of it.
    keepsOneChain: () => Promise.resolve(),
    close: () => undefined,
  };
}

class StudioWriter {
  private turn: Promise<unknown> = Promise.resolve();
  /** Of each of the newest files: how far this process has read it, and the entries in it. */
  private readonly read = new Map<string, { to: number; readonly receipts: Map<string, AuditReceipt> }>();

  constructor(
    private readonly folder: string,
    private readonly keys: AuditKeys,
  ) {}

  /** One at a time within this process; the lock excludes other processes. */
  append(entry: DeliveryEntry): Promise<AuditReceipt> {
    const turn = this.turn.then(() =>
      withFolderLock(this.folder, () => this.appendAlone(entry)).catch(explainError(this.folder)),
    );
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  /** The last line that was written. Only reads, because verification must not repair anything. */
  async head(): Promise<ChainLink | undefined> {
    const isThere = (await unlessGone(stat(this.folder))) !== undefined;
    if (!isThere) return undefined;
    // Locked, because the head is recorded before the line is written. A read-only copy cannot be locked.
    const noted = await withFolderLock(this.folder, () => readPendingAppend(this.folder)).catch((error: unknown) => {
      if (isWriteForbidden(error)) return readPendingAppend(this.folder);
      throw error;
    });
    return this.linkOf(noted?.line);
  }

  private async appendAlone(entry: DeliveryEntry): Promise<AuditReceipt> {
    const noted = await readPendingAppend(this.folder);
    if (noted !== undefined) await finishAppend(this.folder, noted);
    const earlier = await this.find(entryIdOf(entry));
    if (earlier !== undefined) return earlier;

    const recordedAt = new Date().toISOString();
    const newest = (await monthFiles(this.folder)).at(-1);
    const last = this.linkOf(noted?.line) ?? (newest === undefined ? undefined : await this.lastLinkIn(newest));
    const thisMonth = recordedAt.slice(0, 7);
    // If the clock was set back, the line still belongs after the last one.
    const month = newest !== undefined && monthOf(newest) > thisMonth ? monthOf(newest) : thisMonth;
    const line = nextAuditLine(entry, last, { recordedAt, month, keys: this.keys });
    const append = { file: `${month}.jsonl`, line: serialiseAuditLine(line) };
    // Before the line, so that a crash leaves a month too many and never one too few.
    await noteMonthOfTask(this.folder, entry.taskId, append.file);
    await finishAppend(this.folder, await writePendingAppend(this.folder, append));
    return toReceipt(line);
  }

  /** Looks for an entry in the newest files; reads only what was added since the last call. */
  private async find(entryId: string): Promise<AuditReceipt | undefined> {
    const files = (await monthFiles(this.folder)).slice(-FILES_SEARCHED);
    // Otherwise the memory of a worker would grow from month to month.
    for (const file of this.read.keys()) if (!files.includes(file)) this.read.delete(file);
    for (const file of files) {
      const known = this.read.get(file) ?? { to: 0, receipts: new Map<string, AuditReceipt>() };
      this.read.set(file, known);
      for await (const { text, end } of readLines(file, { from: known.to })) {
        const receipt = receiptIn(text);
        if (receipt !== undefined) known.receipts.set(receipt.entryId, receipt);
        known.to = end;
      }
    }
    return [...this.read.values()].map(({ receipts }) => receipts.get(entryId)).find((found) => found !== undefined);
  }

  /** The last readable line, in case the recorded head is lost. */
  private async lastLinkIn(file: string): Promise<ChainLink | undefined> {
    let last: ChainLink | undefined;
    for await (const { text } of readLines(file)) last = this.linkOf(text) ?? last;
    return last;
  }

  private linkOf(text: string | undefined): ChainLink | undefined {
    const line = text === undefined ? undefined : parseAuditLine(text, this.keys);
    return line === undefined || 'fault' in line ? undefined : line;
  }
}

function explainError(folder: string): (error: unknown) => never {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'ELOCKED' ? 'another process holds its lock' : code === 'ENOSPC' ? 'the disk is full' : code;
    throw new Error(`The audit in ${folder} cannot be written (${why}); extpost tries again.`, { cause: error });
  };
}

/** Oldest first. */
async function monthFiles(folder: string): Promise<string[]> {
  const names = (await unlessGone(readdir(folder))) ?? [];
  return names
    .filter((name) => MONTH_FILE.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

function monthOf(file: string): string {
  return path.basename(file, '.jsonl');
}

/** The end of a line, whose keys are sorted. */
const LINE_TAIL =
  /"entryId":"([0-9a-f]{64})","hash":"([0-9a-f]{64})",(?:"key":"[0-9a-f]{8}",)?"month":"\d{4}-\d\d","previous":"[0-9a-f]{64}","recordedAt":"[^"]*","sequence":(\d+)\}$/;

/** Reads the receipt from a line's end, because parsing and verifying a month of lines would take seconds. */
function receiptIn(text: string | undefined): AuditReceipt | undefined {
  const [, entryId, hash, sequence] = LINE_TAIL.exec(text ?? '') ?? [];
  return entryId === undefined || hash === undefined ? undefined : { entryId, hash, sequence: Number(sequence) };
}

/** Works while no other process of this host writes into the folder. Creates the folder. */
async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await lock(path.join(folder, 'head.json'), {
    realpath: false,
    // Another process may take a lock that was not refreshed for this long.
    stale: 15_000,
    retries: { retries: 200, factor: 1.2, minTimeout: 10, maxTimeout: 500 },
    // The default ends the process. Two writers at once are unlikely, and verification would find them.
    onCompromised: () => undefined,
  });
  try {
    return await work();
  } finally {
    // A lock that was lost meanwhile cannot be released.
    await release().catch(() => undefined);
  }
}

function isWriteForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
}

/** So that nobody has to read years of lines to know that a task is new: empty files say which months mention it. */
const TASKS = 'tasks';

/** Notes that a month's file has lines of a task. `home` is the folder of the studio. */
async function noteMonthOfTask(home: string, taskId: string, month: string): Promise<void> {
  const folder = folderOf(home, taskId);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, month), '');
}

/** The names of the files that have lines of a task; `undefined` in a copy of an audit that has no such notes. */
async function monthsOfTask(home: string, taskId: string): Promise<string[] | undefined> {
  const months = await unlessGone(readdir(folderOf(home, taskId)));
  if (months !== undefined) return months;
  return (await unlessGone(stat(path.join(home, TASKS)))) === undefined ? undefined : [];
}

/** With a prefix, because an id could be `..`. */
function folderOf(home: string, taskId: string): string {
  return path.join(home, TASKS, `task-${encodeURIComponent(taskId.toLowerCase())}`);
}
