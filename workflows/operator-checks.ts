import { ApplicationFailure } from '@temporalio/workflow';

import { findOutput, type KnownOutput } from '../domain/operator/decisions';
import type { Recipe } from '../domain/recipe/recipe';
import type { OperatorRequest } from './messages';
import type { TaskStory } from './task-story';

/** An https address that carries no credentials, no query and no fragment: nothing in it is a secret. */
const PLAIN_HTTPS = /^https:\/\/[^\s?#@]+$/i;

/** Refuses who does not say who they are, and whoever comes after the task was given up. */
export function mayAct(story: TaskStory, request: OperatorRequest): void {
  named(request);
  const { abandoned } = story.inbox;
  if (abandoned !== undefined) refuse(`${abandoned.by} has given the task up, so nothing can be done to it any more.`);
}

/** Refuses who does not say who they are. */
export function named({ by, reason, expectedRevision }: OperatorRequest): void {
  if (!isText(by)) refuse('Say who you are: "by" is your name.');
  if (reason !== undefined && typeof reason !== 'string') refuse('"reason" is a text.');
  if (expectedRevision !== undefined && !Number.isInteger(expectedRevision)) {
    refuse('"expectedRevision" is the revision that the status shows.');
  }
}

/** Refuses a decision about files that cannot count any more. */
export function mayDecide(story: TaskStory, request: OperatorRequest): void {
  mayAct(story, request);
  if (story.stage === 'Submit') {
    refuse('The files are being submitted just now, so nothing can be decided about them: try again in a minute.');
  }
  if (!story.isInWork) refuse(`Nothing is being delivered: the task is in "${story.stage}".`);
}

/** The expected output that a person names; refuses a name that fits none, or more than one. */
export function wanted(story: TaskStory, name: unknown): KnownOutput {
  const found = findOutput(story.known, isText(name) ? name : '');
  if ('refusal' in found) return refuse(found.refusal);
  return found;
}

/** Refuses an address that would stand readable in the history although something in it is a secret. */
export function mayBeRead(url: string): void {
  if (PLAIN_HTTPS.test(url)) return;
  refuse(
    'The address must begin with https:// and have no query, because it would stand readable in the history. For one with a signature use `extpost task deliver-file`, which seals it.',
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

/** Says no to an update, in words for the person who sent it. */
export function refuse(message: string): never {
  throw ApplicationFailure.nonRetryable(message);
}
