import { presentRound, type ExpectedOutput, type Shot, type Task } from '../day/model';
import { formOf } from '../day/task-form';
import type { World } from '../world';
import type { RejectionForm } from './options';

/** How the next rejection of a task is told. The day's rejections take the forms in turn; others follow from the id. */
export function nextRejectionForm({ settings }: World, task: Task): RejectionForm {
  const { rejectionForms } = settings.creativeForce;
  if (task.rejectionTurn === undefined) return formOf(task, `rejection ${task.rounds.length}`, rejectionForms);
  const [form = 'flags'] = rejectionForms.slice(task.rejectionTurn % rejectionForms.length);
  return form;
}

/** Whether a rejection of this form leaves the task's status as it was: In Progress. */
export function keepsStatus(form: RejectionForm | undefined): boolean {
  return form === 'note' || form === 'event';
}

/** Whether a rejection of this form writes annotations. */
export function hasNotes(form: RejectionForm): boolean {
  return form !== 'status' && form !== 'event';
}

/** Whether the task detail flags this output as rejected. */
export function isFlagged(task: Task, expected: ExpectedOutput): boolean {
  const { told } = presentRound(task);
  return expected.rejected && (told === 'flags' || told === 'output flags');
}

/** Whether the task detail flags the shot itself as rejected. */
export function isShotFlagged(task: Task, { expected }: Shot): boolean {
  const { told } = presentRound(task);
  const isTold = told === 'flags' || told === 'shot flags';
  // A shot without specs is its own output, so the output's flag is the shot's.
  return expected.some((one) => (one.rejected && isTold) || (one.preset === undefined && isFlagged(task, one)));
}
