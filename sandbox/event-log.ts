import { isDeepStrictEqual } from 'node:util';

import type { StudioName } from './studio-name';

interface Common {
  /** Unix milliseconds. */
  readonly at: number;
}

/** What happens to a task. */
export type TaskEventKind =
  | 'ready'
  | 'start'
  | 'done'
  | 'reject'
  | 'deleted'
  | 'bypassed'
  | 'vendor changed'
  | 'reset'
  /** Notes are written without a rejection. */
  | 'annotated'
  | 'creative made'
  | 'design edited'
  | 'deadline moved'
  | 'choice';

/** An entry of the event log. */
export type SandboxEvent = Common &
  (
    | {
        readonly kind: TaskEventKind;
        readonly taskId: string;
        readonly round: number;
        /** Of a rejection: how it is told. */
        readonly form?: string | undefined;
      }
    | { readonly kind: 'webhook lost on purpose'; readonly studio: StudioName; readonly taskId: string }
    | {
        readonly kind: 'webhook';
        readonly studio: StudioName;
        readonly taskId: string;
        readonly action: string;
        readonly payloadId: string;
        readonly attempt: number;
        /** The receiver's answer; `undefined` when there was none. */
        readonly status: number | undefined;
        readonly problem: string | undefined;
      }
    | {
        readonly kind: 'gateway';
        readonly studio: StudioName | undefined;
        readonly endpoint: string;
        readonly taskId: string | undefined;
        /** 0: no response was sent. */
        readonly status: number;
      }
    | {
        /** A forced fault. */
        readonly kind: 'fault';
        readonly studio: StudioName | undefined;
        readonly endpoint: string;
        readonly taskId: string | undefined;
        readonly answer: string;
      }
    | { readonly kind: 'violation'; readonly service: string; readonly rule: string }
    | {
        readonly kind: 'celtra';
        readonly endpoint: 'export' | 'exportToZip' | 'exportToTsv';
        readonly studio: StudioName | undefined;
        readonly status: number;
        readonly caller: string | undefined;
        readonly outputs: number;
        readonly pending: number;
        /** Whether the request names outputs by their ids. */
        readonly byId: boolean;
        /** Tasks whose creatives, existing or missing, the filters select. */
        readonly taskIds: readonly string[];
        /** What the request used although it is not documented. */
        readonly undocumented: readonly string[];
        readonly problem: string | undefined;
      }
    | {
        readonly kind: 'file';
        readonly status: number;
        readonly outputId: string | undefined;
        readonly asset: string | undefined;
        readonly format: string | undefined;
        readonly sha256: string | undefined;
        readonly bytes: number;
        readonly problem?: string | undefined;
      }
    | {
        readonly kind: 'put';
        readonly status: number;
        readonly assetId: string | undefined;
        readonly fileName: string;
        readonly bytes: number;
        readonly problem: string | undefined;
      }
    | {
        readonly kind: 'submit';
        readonly taskId: string;
        readonly round: number;
        readonly accepted: boolean;
        readonly code: number;
        readonly message: string;
      }
    | { readonly kind: 'failure'; readonly message: string }
  );

/** A file that Celtra's file host served. */
export interface ServedFile {
  readonly outputId: string;
  /** Its key in the output. */
  readonly asset: string;
  readonly format: string;
  readonly sha256: string;
}

export interface CallCount {
  total: number;
  /** Number of answers by HTTP status. */
  readonly statuses: Record<string, number>;
}

/** All events in order, with indexes for the ledger. */
export class EventLog {
  readonly entries: SandboxEvent[] = [];
  readonly calls: Record<string, CallCount> = {};
  violations = 0;
  private readonly watchers: ((entry: SandboxEvent) => void)[] = [];
  private readonly readTasks = new Map<string, number>();
  private readonly askedTasks = new Set<string>();
  private readonly suppliedTasks = new Set<string>();
  private readonly filesByHash = new Map<string, ServedFile[]>();

  record(entry: SandboxEvent): void {
    this.entries.push(entry);
    switch (entry.kind) {
      case 'violation':
        this.violations += 1;
        break;
      case 'gateway':
        this.count(entry.endpoint, entry.status);
        if (entry.endpoint === 'getTask' && entry.status === 200 && entry.taskId !== undefined)
          this.readTasks.set(entry.taskId, entry.at);
        break;
      case 'creative made':
        this.suppliedTasks.add(entry.taskId);
        break;
      case 'celtra':
        this.count('celtra export', entry.status);
        for (const taskId of entry.taskIds) this.askedTasks.add(taskId);
        break;
      case 'file':
        this.count('celtra file', entry.status);
        if (entry.format !== undefined && entry.sha256 !== undefined) {
          const { outputId = '', asset = '', format, sha256 } = entry;
          if (outputId !== '') this.remember({ outputId, asset, format, sha256 });
        }
        break;
      case 'put':
        this.count('store put', entry.status);
        break;
      default:
        break;
    }
    for (const watcher of this.watchers) watcher(entry);
  }

  /** Calls `watcher` after each new entry; a watcher may record further entries. */
  watch(watcher: (entry: SandboxEvent) => void): void {
    this.watchers.push(watcher);
  }

  /** Whether the vendor has read the task's detail and requested its creatives. */
  hasReadTaskAndCreatives(taskId: string): boolean {
    return this.readTasks.has(taskId) && this.askedTasks.has(taskId);
  }

  /** Whether the vendor has read the task's detail since an instant in Unix milliseconds. */
  hasReadTaskSince(taskId: string, instant: number): boolean {
    return (this.readTasks.get(taskId) ?? -Infinity) > instant;
  }

  /** Whether the task's missing creative was added. */
  creativeWasAdded(taskId: string): boolean {
    return this.suppliedTasks.has(taskId);
  }

  /** The served files with these bytes; empty if Celtra's file host never served them. */
  servedFiles(sha256: string): readonly ServedFile[] {
    return this.filesByHash.get(sha256) ?? [];
  }

  private remember(file: ServedFile): void {
    const known = this.filesByHash.get(file.sha256) ?? [];
    if (known.some((other) => isDeepStrictEqual(other, file))) return;
    this.filesByHash.set(file.sha256, [...known, file]);
  }

  private count(name: string, status: number): void {
    const count = (this.calls[name] ??= { total: 0, statuses: {} });
    count.total += 1;
    count.statuses[String(status)] = (count.statuses[String(status)] ?? 0) + 1;
  }
}
