import { failureTypes, type RemoteFailureDetails } from '../shared/failure-type';
import type { Problem } from '../plan/export-plan';
import { formatDuration, summariseSentences } from '../shared/text';
import type { Attention, AttentionCause, AttentionOutput } from '../task/task-status';

/** How a task can recover: extpost watches Celtra (`creatives`, `correction`), retries the step, or a person helps. */
export type RecoveryKind = 'creatives' | 'correction' | 'again' | 'person';

interface CauseFacts {
  readonly recoveries: readonly RecoveryKind[];
  readonly actions: readonly string[];
}

const LOOK_AT_RECIPE = 'Correct the recipe in extpost.yaml (restart the worker), or the task in Creative Force.';
const FILM_FOR_PICTURE =
  'Choose an output that is a picture, or name the picture among its assets in the recipe (celtra.asset).';
const REPORT_IF_REPEATED = 'If it fails again with the same message, report it to the operator of extpost.';
const MAKE_CREATIVE = 'Make or correct the creative in Celtra, or the recipe in extpost.yaml.';

const causes: Readonly<Record<AttentionCause, CauseFacts>> = {
  'no recipe': { recoveries: ['creatives', 'again'], actions: [LOOK_AT_RECIPE] },
  template: { recoveries: ['creatives', 'again'], actions: [LOOK_AT_RECIPE] },
  'no creative': { recoveries: ['creatives'], actions: [MAKE_CREATIVE] },
  ambiguous: { recoveries: ['creatives'], actions: [MAKE_CREATIVE] },
  'spec mismatch': {
    recoveries: ['creatives'],
    actions: [
      'Correct the creative in Celtra or the asset format in the recipe.',
      'To deliver it anyway, set preflight.onMismatch to warn for this studio in extpost.yaml.',
    ],
  },
  'celtra error': {
    recoveries: ['again'],
    actions: ['Open the output in Celtra; the message says what is wrong with it.'],
  },
  'creative force error': {
    recoveries: ['again'],
    actions: ['Open the task in Creative Force; the message says what it answered.'],
  },
  'permission missing': {
    recoveries: ['again'],
    actions: ['Ask the studio (or the Celtra account admin) to grant the permission that the message names.'],
  },
  'credentials refused': {
    recoveries: ['again'],
    actions: ['Check this studio’s credentials in extpost.yaml and restart the worker.'],
  },
  'contract changed': {
    recoveries: ['again'],
    actions: ['The answer has an unknown format. Report the message to the maintainers of extpost.'],
  },
  'delivery failed': { recoveries: ['again'], actions: [REPORT_IF_REPEATED] },
  rejected: {
    recoveries: ['correction'],
    actions: ['Read the rejection notes and correct the creative in Celtra: only the corrections are delivered.'],
  },
  'unclear rejection': {
    recoveries: ['correction'],
    actions: ['Ask the studio what is to be corrected, and correct it in Celtra.'],
  },
  unchanged: {
    recoveries: ['correction'],
    actions: ['Correct the creative in Celtra; it is delivered once its pixels have changed.'],
  },
  'too many rounds': {
    recoveries: ['person'],
    actions: ['Ask the studio what is wanted before another round is delivered.'],
  },
  'deadline passed': {
    recoveries: ['person'],
    actions: ['Tell the studio that the delivery is late, and when to expect it.'],
  },
  video: {
    recoveries: ['creatives'],
    actions: [
      'Deliver a film of your own, or skip the output and deliver it by hand.',
      'To deliver Celtra’s film, choose its output, or set films: deliver in the recipe.',
    ],
  },
};

const byFailureType: Readonly<Record<string, { cause: AttentionCause; action?: string }>> = {
  [failureTypes.unauthorized]: { cause: 'credentials refused' },
  [failureTypes.forbidden]: { cause: 'permission missing' },
  [failureTypes.contract]: { cause: 'contract changed' },
  [failureTypes.renderFailed]: { cause: 'celtra error', action: 'Open the output in Celtra and correct the design.' },
  [failureTypes.notRendered]: { cause: 'celtra error', action: 'Find out in Celtra why the render is slow.' },
  [failureTypes.creativeVanished]: {
    cause: 'no creative',
    action: 'Check the design in Celtra: was the output removed?',
  },
  [failureTypes.film]: { cause: 'video', action: FILM_FOR_PICTURE },
  [failureTypes.notAPicture]: { cause: 'celtra error', action: 'Open the output in Celtra and look at its preview.' },
  [failureTypes.unexpected]: {
    cause: 'delivery failed',
    action: 'Report the message to the maintainers of extpost.',
  },
  [failureTypes.tooMuchWork]: {
    cause: 'delivery failed',
    action:
      'Shorten the longest texts of the task, its job and its creatives, or make the templates and patterns of the recipes simpler.',
  },
  [failureTypes.unknownStudio]: {
    cause: 'delivery failed',
    action: 'Add the studio to extpost.yaml on every worker and restart them.',
  },
};

/** How a task with this cause can recover by itself; empty when only an operator can continue it. */
export function recoveriesFor(cause: AttentionCause): readonly RecoveryKind[] {
  return causes[cause].recoveries;
}

/** An attention with the actions of its cause, unless `actions` names better ones. `outputs`: those it is about. */
export function attentionFor(
  cause: AttentionCause,
  message: string,
  { actions = causes[cause].actions, outputs = [] }: AttentionDetails = {},
): Attention {
  const first = outputs.slice(0, MOST_OUTPUTS);
  return { cause, message, nextActions: actions, ...(first.length > 0 && { outputs: first }) };
}

interface AttentionDetails {
  readonly actions?: readonly string[] | undefined;
  readonly outputs?: readonly AttentionOutput[] | undefined;
}

/** They are part of the history, and of every answer of the task. */
const MOST_OUTPUTS = 50;

export function attentionForFailure(failure: {
  type: string | undefined;
  message: string;
  details: RemoteFailureDetails | undefined;
}): Attention {
  const known = failure.type === undefined ? undefined : byFailureType[failure.type];
  if (known !== undefined) {
    return attentionFor(known.cause, failure.message, {
      ...(known.action !== undefined && { actions: [known.action] }),
    });
  }
  const system = failure.details?.system;
  const cause =
    system === 'Creative Force' ? 'creative force error' : system === 'Celtra' ? 'celtra error' : 'delivery failed';
  return attentionFor(cause, failure.message);
}

/** The attention for a rejection; `outputs` are those to correct. */
export function attentionForRejection(rejection: {
  readonly outputs: readonly AttentionOutput[];
  readonly evidence: readonly string[];
  /** Nothing says which of the outputs were rejected. */
  readonly isInferred: boolean;
  readonly settlingMs: number;
}): Attention {
  const { outputs, evidence, isInferred, settlingMs } = rejection;
  const labels = outputs.map(({ label }) => label);
  const what = isInferred
    ? `It does not say which of these were rejected: ${labels.join('; ')}. Those that change in Celtra are delivered after no change for ${formatDuration(settlingMs)}.`
    : `To be corrected: ${labels.join('; ')}.`;
  return attentionFor('rejected', `${rejectedBy(evidence)} ${what}`, { outputs });
}

/** Nothing says what was rejected. `isShown`: the task itself shows that it was. */
export function attentionForUnclearRejection(evidence: readonly string[], isShown: boolean): Attention {
  const message = `Nothing says what was rejected. ${rejectedBy(evidence)} No output is marked, and no rejection note names one.`;
  const { actions } = causes['unclear rejection'];
  const next = isShown
    ? 'What changes in Celtra is delivered automatically.'
    : 'The task itself shows no rejection, so nothing is delivered automatically. Resume after a correction: what has changed is then delivered. If nothing has changed, extpost keeps watching.';
  return attentionFor('unclear rejection', message, { actions: [...actions, next] });
}

function rejectedBy(evidence: readonly string[]): string {
  return evidence.length === 0 ? 'Creative Force rejected the task.' : `Rejected: ${evidence.join('; ')}.`;
}

/** The task was read, and shows nothing that could be delivered. */
export function attentionForNoOutputs(): Attention {
  return attentionFor(
    'contract changed',
    'Creative Force shows no shot of this task, so nobody knows what to deliver.',
    {
      actions: [
        'Open the task in Creative Force. It is delivered once it has a shot there.',
        'If it has one already, run “extpost probe” and report what it says to the maintainers of extpost.',
      ],
    },
  );
}

export function attentionForFilms(films: readonly string[], outputs: readonly AttentionOutput[]): Attention {
  const message = `Celtra made a film where a picture is expected: ${films.join('; ')}.`;
  return attentionFor('video', message, { actions: [FILM_FOR_PICTURE], outputs });
}

/** One attention for all problems of a plan; the first problem gives the cause. */
export function attentionForProblems(problems: readonly [Problem, ...Problem[]]): Attention {
  const outputs = problems.map(({ expectedKey, label, candidates }) => ({ expectedKey, label, candidates }));
  return attentionFor(problems[0].cause, summariseSentences(problems.map(({ message }) => message)), { outputs });
}
