import type { StudioName } from './studio-name';

interface Common {
  /** Unix milliseconds. */
  readonly at: number;
}

/** Everything that happens in the sandbox, one entry each. */
export type SandboxEvent = Common &
  (
    | {
        readonly kind:
          | 'ready'
          | 'start'
          | 'done'
          | 'reject'
          | 'deleted'
          | 'bypassed'
          | 'vendor changed'
          | 'reset'
          | 'annotated'
          | 'creative made'
          | 'design edited'
          | 'deadline moved';
        readonly taskId: string;
        readonly round: number;
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
        /** 0: no answer was given. */
        readonly status: number;
      }
    | {
        /** A fault that was forced on a call. */
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
        /** Tasks whose creatives, made or missing, the filters asked for. */
        readonly taskIds: readonly string[];
        /** What the request used though no public text promises that it works. */
        readonly oddities: readonly string[];
        readonly problem: string | undefined;
      }
    | {
        readonly kind: 'file';
        readonly status: number;
        readonly outputId: string | undefined;
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
    | { readonly kind: 'trouble'; readonly message: string }
  );

/** Bytes that Celtra's file host gave out. */
export interface ServedFile {
  readonly outputId: string;
  readonly format: string;
  readonly sha256: string;
}

export interface CallCount {
  total: number;
  /** Number of answers by HTTP status. */
  readonly statuses: Record<string, number>;
}

/** Keeps every entry, and beside them what the judge looks up again and again. */
export class EventLog {
  readonly entries: SandboxEvent[] = [];
  readonly calls: Record<string, CallCount> = {};
  violations = 0;
  private readonly watchers: ((entry: SandboxEvent) => void)[] = [];
  private readonly readTasks = new Set<string>();
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
          this.readTasks.add(entry.taskId);
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
        if (entry.outputId !== undefined && entry.format !== undefined && entry.sha256 !== undefined) {
          this.remember({ outputId: entry.outputId, format: entry.format, sha256: entry.sha256 });
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

  /** Calls back after each entry from now on; what follows from it may make further ones. */
  watch(watcher: (entry: SandboxEvent) => void): void {
    this.watchers.push(watcher);
  }

  /** The vendor has read the task's detail and asked Celtra for its creatives. */
  hasReadTaskAndCreatives(taskId: string): boolean {
    return this.readTasks.has(taskId) && this.askedTasks.has(taskId);
  }

  /** The creative that the task lacked has come. */
  creativeWasAdded(taskId: string): boolean {
    return this.suppliedTasks.has(taskId);
  }

  /** What these bytes were when Celtra's file host gave them out; empty for bytes that never came from there. */
  servedFiles(sha256: string): readonly ServedFile[] {
    return this.filesByHash.get(sha256) ?? [];
  }

  private remember(file: ServedFile): void {
    const known = this.filesByHash.get(file.sha256) ?? [];
    if (known.some((other) => other.outputId === file.outputId && other.format === file.format)) return;
    this.filesByHash.set(file.sha256, [...known, file]);
  }

  private count(name: string, status: number): void {
    const count = (this.calls[name] ??= { total: 0, statuses: {} });
    count.total += 1;
    count.statuses[String(status)] = (count.statuses[String(status)] ?? 0) + 1;
  }
}
