import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import type { Client, WorkflowClientInterceptor } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

import { grpcCodes, grpcErrorOf } from '../../temporal';

const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED } =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;

/** Finds out that the server has what a client has sent to workflows, also while no worker answers it. */
export class SentMessages {
  readonly #updates: { readonly workflowId: string; readonly updateId: string }[] = [];
  readonly #others: Promise<unknown>[] = [];

  /** Belongs to the client whose messages are meant. */
  readonly interceptor: WorkflowClientInterceptor = {
    startUpdate: (input, next) => {
      const { workflowId } = input.workflowExecution;
      const updateId = input.options.updateId ?? randomUUID();
      this.#updates.push({ workflowId, updateId });
      return next({ ...input, options: { ...input.options, updateId } });
    },
    signal: (input, next) => this.#note(next(input)),
    cancel: (input, next) => this.#note(next(input)),
  };

  /** What was sent so far is of no interest any more. */
  forget(): void {
    this.#updates.length = 0;
    this.#others.length = 0;
  }

  /** Resolves when the server has all that was sent, and what its senders have sent after that. */
  async areRecorded({ workflowService, options: { namespace } }: Client): Promise<void> {
    for (let known = -1; known < this.#others.length;) {
      known = this.#others.length;
      await Promise.allSettled(this.#others);
      await setImmediate();
    }
    for (const { workflowId, updateId } of this.#updates.splice(0)) {
      const isRecorded = (): Promise<boolean> =>
        workflowService
          .pollWorkflowExecutionUpdate({
            namespace,
            updateRef: { workflowExecution: { workflowId }, updateId },
            waitPolicy: { lifecycleStage: UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED },
          })
          .then(
            () => true,
            (error: unknown) => {
              if (grpcErrorOf(error)?.code === grpcCodes.notFound) return false;
              throw error;
            },
          );
      while (!(await isRecorded())) await setImmediate();
    }
  }

  #note<Answer>(sending: Promise<Answer>): Promise<Answer> {
    this.#others.push(sending);
    return sending;
  }
}
