import { failureTypes, type RemoteFailureDetails } from './failure-type';
import type { Problem } from './plan';
import type { Attention, AttentionCause } from './task-status';

const RESUME = 'Then resume the task: send the update "resume" in the Web UI.';

const causes: Readonly<Record<string, { cause: AttentionCause; action: string }>> = {
  [failureTypes.unauthorized]: {
    cause: 'credentials refused',
    action: 'Check this studio’s credentials in extpost.yaml and restart the worker.',
  },
  [failureTypes.forbidden]: {
    cause: 'permission missing',
    action: 'Ask the studio (or the Celtra account admin) to grant the permission that the message names.',
  },
  [failureTypes.contract]: {
    cause: 'contract changed',
    action:
      'The other side answered in a way that extpost does not know. Report the message to whoever maintains extpost.',
  },
  [failureTypes.renderFailed]: { cause: 'celtra error', action: 'Open the output in Celtra and mend the design.' },
  [failureTypes.notRendered]: { cause: 'celtra error', action: 'Look in Celtra why the render takes so long.' },
  [failureTypes.creativeVanished]: {
    cause: 'no creative',
    action: 'Look at the design in Celtra: was the output removed?',
  },
  [failureTypes.notAPicture]: { cause: 'celtra error', action: 'Open the output in Celtra and look at its preview.' },
  [failureTypes.unknownStudio]: {
    cause: 'contract changed',
    action: 'Add the studio to extpost.yaml on every worker and restart them.',
  },
};

/** Turns a failure that retries could not heal into what a person is told: why, and what can be done. */
export function attentionForFailure(failure: {
  type: string | undefined;
  message: string;
  details: RemoteFailureDetails | undefined;
}): Attention {
  const known = failure.type === undefined ? undefined : causes[failure.type];
  if (known !== undefined) return { cause: known.cause, message: failure.message, nextActions: [known.action, RESUME] };
  const system = failure.details?.system;
  const cause =
    system === 'Creative Force' ? 'creative force error' : system === 'Celtra' ? 'celtra error' : 'delivery failed';
  return { cause, message: failure.message, nextActions: [`Look into ${system ?? 'the cause'} named above.`, RESUME] };
}

/** What a person is told of a rejection. */
export function attentionForRejection(rejected: readonly string[]): Attention {
  return {
    cause: 'rejected',
    message: `Creative Force rejected ${rejected.join('; ')}.`,
    nextActions: [
      'Read the rejection notes in Creative Force and correct the creative in Celtra.',
      'Then send the update "resume" in the Web UI: only the corrections are delivered.',
    ],
  };
}

/** One attention for everything that stands between a task and its delivery. */
export function attentionForProblems(problems: readonly [Problem, ...Problem[]]): Attention {
  const cause = problems[0].cause;
  const where =
    cause === 'no creative' || cause === 'ambiguous'
      ? 'Make or correct the creative in Celtra, or the recipe in extpost.yaml.'
      : 'Correct the recipe in extpost.yaml (restart the worker), or the task in Creative Force.';
  return { cause, message: problems.map(({ message }) => message).join(' '), nextActions: [where, RESUME] };
}
