/** Why a task could not be found, read or changed. */
export type TaskProblemKind =
  /** The name, the filter or the request is wrong. */
  | 'wrong request'
  /** The run has ended, so nothing can be done to it. */
  | 'ended'
  /** No worker answers. */
  | 'no worker'
  /** Temporal or the workflow cannot answer. */
  | 'failed';

/** A known reason, in words for people, why a task could not be found, read or changed. */
export class TaskProblem extends Error {
  override readonly name = 'TaskProblem';
  constructor(
    readonly kind: TaskProblemKind,
    message: string,
  ) {
    super(message);
  }
}
