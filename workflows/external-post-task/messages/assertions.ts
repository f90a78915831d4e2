import { isKnownIdentity } from '../../../domain/operator/identity';
import { ApplicationFailure } from '@temporalio/workflow';

import { type KnownOutput, findOutput } from '../../../domain/operator/decisions';
import type { Recipe } from '../../../domain/recipe/recipe';
import { isWorkingStage } from '../../../domain/task/task-status';
import type { TaskState } from '../state/task-state';
import type { OperatorNotice, OperatorRequest } from './messages';

/** An https address that carries no credentials, no query and no fragment: nothing in it is a secret. */
const PLAIN_HTTPS = /^https:\/\/[^\s?#@]+$/i;

/** What is wrong with what says who does something and why; `undefined` when nothing is. */
export function faultOfNotice(notice: unknown): string | undefined {
  if (typeof notice !== 'object' || notice === null) return 'Give an object with "by": your name.';
  const { by, identity, reason } = notice as Partial<Record<keyof OperatorNotice, unknown>>;
  if (!isText(by)) return 'Add "by": your name.';
  if (identity !== undefined && !isKnownIdentity(identity)) return 'Leave out "identity": extpost sets it.';
  return reason === undefined || typeof reason === 'string' ? undefined : '"reason" must be a text.';
}

/** Rejects a request that does not say who makes it. */
export function assertNamed(request: OperatorRequest): void {
  const fault = faultOfNotice(request);
  if (fault !== undefined) reject(fault);
  const { expectedRevision } = request;
  if (expectedRevision !== undefined && !Number.isInteger(expectedRevision)) {
    reject('"expectedRevision" must be the revision that the status shows.');
  }
}

/** Rejects whoever does not say who they are, and whoever comes after the task was abandoned. */
export function assertCanAct({ abandonedBy }: TaskState, request: OperatorRequest): void {
  assertNamed(request);
  if (abandonedBy !== undefined) {
    reject(`${abandonedBy.by} has abandoned the task, so no further action is possible.`);
  }
}

/** Rejects a decision about files that cannot count any more. */
export function assertCanDecide(state: TaskState, request: OperatorRequest): void {
  assertCanAct(state, request);
  const { stage } = state.view;
  if (stage === 'Submit') {
    reject('The files are being submitted, so decisions about them are not possible now. Try again in a minute.');
  }
  if (!isWorkingStage(stage)) reject(`Nothing is being delivered: the stage is "${stage}".`);
}

/** Gives the expected output that an operator names; rejects a name that fits none, or more than one. */
export function findExpected(knownOutputs: readonly KnownOutput[], name: unknown): KnownOutput {
  const found = findOutput(knownOutputs, isText(name) ? name : '');
  if ('refusal' in found) return reject(found.refusal);
  return found;
}

/** Rejects an address that would be readable in the history although something in it is a secret. */
export function assertCanBeShown(url: string): void {
  if (PLAIN_HTTPS.test(url)) return;
  reject(
    'The address must begin with https:// and have no query, because the history would show it. For an address with a signature use `extpost task deliver-file`, which seals it.',
  );
}

export function isRecipe(recipe: unknown): recipe is string | Recipe {
  if (isText(recipe)) return true;
  if (typeof recipe !== 'object' || recipe === null) return false;
  const { name, celtra, match } = recipe as Partial<Recipe>;
  return (
    isText(name) &&
    typeof celtra?.filters === 'object' &&
    typeof match?.expected === 'string' &&
    typeof match.output === 'string'
  );
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Fails an update with a sentence for the person who sent it. */
export function reject(message: string): never {
  throw ApplicationFailure.nonRetryable(message);
}
