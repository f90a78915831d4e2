import type { StepStatus } from '../../../domain/task/task';
import { ownProperty } from '../../own-property';

/** The two numbers that are known (docs/reference/creative-force.md#enumerations). */
const statusOfNumber: Readonly<Record<number, StepStatus>> = { 2000: 'to do', 9000: 'done' };
const statusOfName: Readonly<Record<string, StepStatus>> = {
  new: 'to do',
  todo: 'to do',
  readytowork: 'to do',
  inprogress: 'in progress',
  done: 'done',
};
const textOfNumber: Readonly<Record<number, string>> = { 2000: 'To Do', 9000: 'Done' };

/** A step's status in our words, and what a person is shown (docs/reference/assumptions.md#status-numbers). */
export function parseStepStatus(
  statusId: number | undefined,
  name: string | undefined,
): { status: StepStatus; statusText: string } {
  const plainName = name?.toLowerCase().replace(/[^a-z]/g, '') ?? '';
  const status =
    (statusId === undefined ? undefined : statusOfNumber[statusId]) ?? ownProperty(statusOfName, plainName) ?? 'open';
  const ofNumber = statusId === undefined ? undefined : (textOfNumber[statusId] ?? String(statusId));
  return { status, statusText: name ?? ofNumber ?? 'not stated' };
}
