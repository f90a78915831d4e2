import type { Decisions } from '../../../domain/operator/decisions';
import { failureTypes } from '../../../domain/shared/failure-type';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import { clearSpool } from '../../activity-options';
import type { Brief, RenderedPairing, UploadedFile } from '../state/round-state';
import { failureTypeOf, isLost } from './activity-failure';
import { checkRenders } from './check-renders';
import type { KnownAddresses } from './export-creatives';
import { fetchFiles } from './fetch-files';
import { toStepFailure, type StepFailure, type StepContext } from './step';
import { uploadedAmong, uploadFiles } from './upload-files';

/** How often the whole transfer is begun again because a spool was lost or an address ran out. */
const MAX_TRIES = 5;

export interface TransferProgress {
  readonly stored: readonly UploadedFile[];
  readonly uploaded: readonly UploadedFile[];
  readonly spoolQueues: readonly string[];
}

export interface TransferRequest {
  readonly brief: Brief;
  readonly pairings: readonly RenderedPairing[];
  readonly supplied: Decisions['files'];
  readonly addresses: KnownAddresses;
  readonly isForced: boolean;
}

export interface TransferResult {
  readonly progress: TransferProgress;
  readonly end: { readonly kind: 'done' } | StepFailure;
}

/** Stored bytes are not stored again. When a worker dies with its spool, files are fetched elsewhere. */
export async function transferFiles(
  context: StepContext,
  request: TransferRequest,
  before: TransferProgress,
): Promise<TransferResult> {
  let progress = before;
  for (let attempt = 1; ; attempt++) {
    const { end, ...result } = await transferOnce(context, request, progress);
    ({ progress } = result);
    if (end.kind !== 'failed') return { progress, end };
    if (attempt >= MAX_TRIES || !canFetchAgain(end.error)) return { progress, end: toStepFailure(end.error, true) };
    context.reporter.warn(`Delivery attempt ${attempt} was interrupted; the files are fetched again.`);
  }
}

async function transferOnce(
  context: StepContext,
  { brief, pairings, supplied, addresses, isForced }: TransferRequest,
  before: TransferProgress,
): Promise<{
  progress: TransferProgress;
  end: { kind: 'done' } | { kind: 'failed'; error: unknown } | StepFailure;
}> {
  let progress = before;
  try {
    const fetched = await fetchFiles(context, brief, pairings, supplied, addresses);
    const queues = new Set([...before.spoolQueues, ...fetched.map(({ file }) => file.queue)]);
    progress = { ...before, spoolQueues: [...queues] };
    const checked = await checkRenders(context, fetched, isForced);
    if (checked.kind !== 'done') return { progress, end: checked };
    const { stored, clearedQueues, end } = await uploadFiles(context, brief, checked.files, before.stored);
    const spoolQueues = progress.spoolQueues.filter((queue) => !clearedQueues.includes(queue));
    return { progress: { stored, uploaded: uploadedAmong(checked.files, stored), spoolQueues }, end };
  } catch (error) {
    return { progress, end: { kind: 'failed', error } };
  }
}

/** Whether another download, or another address, may succeed. */
function canFetchAgain(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === failureTypes.notInSpool || type === failureTypes.addressRefused || isLost(error);
}

/** Removes what a task has left in spools. What cannot be reached now is cleared by age. */
export async function clearSpools(
  taskId: string,
  queues: readonly string[],
  lifecycle: LifecyclePolicy,
): Promise<void> {
  await Promise.allSettled(queues.map((queue) => clearSpool(queue, lifecycle).dropFiles({ taskId })));
}
