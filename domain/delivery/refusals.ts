/** With these Creative Force answers for a task that it does not know or that is not ours (docs/reference/creative-force.md#silent-changes). */
const GONE_STATUSES = [400, 404, 410];

/**
 * With this code a submission is refused whose files Creative Force does not know, or not yet, and also the very same submission
 * once more (docs/reference/creative-force.md#refusals).
 */
export const UNKNOWN_ASSET_CODE = '24';

/** With these codes a submission is refused because the task was submitted before (docs/reference/creative-force.md#refusals). */
export const ALREADY_SUBMITTED_CODES: readonly string[] = ['152', '154'];

/** Whether an HTTP status means that the task is gone. */
export function isGoneStatus(status: number | undefined): boolean {
  return status !== undefined && GONE_STATUSES.includes(status);
}
