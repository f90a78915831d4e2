/** `uploadedAt`: ISO 8601, UTC. */
export interface UploadReceipt {
  readonly uploadedAt: string;
  readonly uploads: number;
}

/** Heartbeat details of an activity that transfers several files. Keys are positions in the input. */
export interface BatchReport {
  readonly done: Readonly<Record<string, unknown>>;
  readonly inProgress: Readonly<Record<string, unknown>>;
  readonly attempts: Readonly<Record<string, number>>;
}

/** Parses heartbeat details; missing parts are empty. */
export function parseBatchReport(report: unknown): BatchReport {
  const { done = {}, inProgress = {}, attempts = {} } = (report ?? {}) as Partial<BatchReport>;
  return { done, inProgress, attempts };
}

/** Which files of an upload had been stored when the activity failed, was cancelled or timed out. By position. */
export function uploadReceipts(report: unknown): ReadonlyMap<number, UploadReceipt> {
  const receipts = Object.entries(parseBatchReport(report).done).filter((entry): entry is [string, UploadReceipt] => {
    const receipt = entry[1] as Partial<UploadReceipt> | null;
    return typeof receipt?.uploadedAt === 'string';
  });
  return new Map(receipts.map(([position, receipt]) => [Number(position), receipt]));
}
