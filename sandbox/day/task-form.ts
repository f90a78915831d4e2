import { createHash } from 'node:crypto';
import type { Task } from './model';

/**
 * The form that a task takes of a setting that lists several. It follows from the task's id, so that the same seed
 * makes the same choice, and is drawn for each setting (`knob`) anew. Throws if the list is empty.
 */
export function formOf<T extends string | object>(
  { taskId }: Pick<Task, 'taskId'>,
  knob: string,
  forms: readonly T[],
): T {
  return pickBy(`${taskId}/${knob}`, forms);
}

/** The choice that a text makes among several: always the same one. Throws if there is none. */
export function pickBy<T extends string | object>(text: string, choices: readonly T[]): T {
  const number = createHash('sha256').update(text).digest().readUInt32BE(0);
  const [chosen] = choices.slice(number % choices.length);
  if (chosen === undefined) throw new RangeError(`Nothing to pick from for ${text}.`);
  return chosen;
}
