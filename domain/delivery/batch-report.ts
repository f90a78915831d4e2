/** What came of one file that was stored: when (ISO 8601, UTC), and how often its upload was begun. */
export interface UploadReceipt {
  readonly uploadedAt: string;
  readonly uploads: number;
}

/**
 * What an activity that moves several files tells with its heartbeats: what came of each file that is done, how far the
 * others are, how often each was begun. By position.
 */
export interface BatchReport {
  readonly done: Readonly<Record<string, unknown>>;
  readonly inProgress: Readonly<Record<string, unknown>>;
  readonly attempts: Readonly<Record<string, number>>;
}

/** Reads a report back; what is missing of it, or all of it, is empty. */
export function parseBatchReport(report: unknown): BatchReport {
  const { done, inProgress: underWay, attempts: begun } = (report ?? {}) as Partial<BatchReport>;
  return { done: done ?? {}, inProgress: underWay ?? {}, attempts: begun ?? {} };
}

/** Which files of an upload had been stored when it failed, was cancelled or ran out of time. By position. */
export function uploadReceipts(report: unknown): ReadonlyMap<number, UploadReceipt> {
  const receipts = Object.entries(parseBatchReport(report).done).filter((entry): entry is [string, UploadReceipt] => {
    const receipt = entry[1] as Partial<UploadReceipt> | null;
    return typeof receipt?.uploadedAt === 'string';
  });
  return new Map(receipts.map(([position, receipt]) => [Number(position), receipt]));
}
