import { failureTypes, type RemoteFailureDetails } from '../shared/failure-type';
import type { Problem } from '../plan/export-plan';
import { formatDuration } from '../shared/text';
import type { Attention, AttentionCause } from '../task/task-status';
import type { TaskReference } from '../task/task';

/** How a task can recover: extpost watches Celtra (`creatives`, `correction`), retries the step, or a person helps. */
export type RecoveryKind = 'creatives' | 'correction' | 'again' | 'person';

interface CauseFacts {
  readonly recoveries: readonly RecoveryKind[];
  readonly actions: readonly string[];
}

const LOOK_AT_RECIPE = 'Correct the recipe in extpost.yaml (restart the worker), or the task in Creative Force.';
const FILM_FOR_PICTURE =
  'Choose an output that is a picture (`extpost task use-output`), or name the picture among its assets in the recipe (celtra.asset).';
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
  'celtra error': { recoveries: ['again'], actions: ['Look in Celtra at what the message names.'] },
  'creative force error': {
    recoveries: ['again'],
    actions: ['Look at the task in Creative Force, and at the message.'],
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
    actions: ['The answer has an unknown format. Report the message to whoever maintains extpost.'],
  },
  'delivery failed': { recoveries: ['again'], actions: ['Look into the cause named above.'] },
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
    actions: ['Correct the creative in Celtra. To send the same file again anyway, resume with force.'],
  },
  'too many rounds': {
    recoveries: ['person'],
    actions: ['Talk with the studio about what is wanted; to deliver one round more, resume.'],
  },
  'deadline passed': {
    recoveries: ['person'],
    actions: ['See what the task waits for, in the Web UI or with `extpost task show`, and inform the studio.'],
  },
  video: {
    recoveries: ['creatives'],
    actions: [
      'Supply the film by its address (`extpost task deliver-file`); or skip it (`extpost task skip`) and deliver it by hand.',
      'Or let Celtra’s film go out: choose its output (`extpost task use-output`), or set films to deliver in the recipe.',
    ],
  },
};

const byFailureType: Readonly<Record<string, { cause: AttentionCause; action?: string }>> = {
  [failureTypes.unauthorized]: { cause: 'credentials refused' },
  [failureTypes.forbidden]: { cause: 'permission missing' },
  [failureTypes.contract]: { cause: 'contract changed' },
  [failureTypes.renderFailed]: { cause: 'celtra error', action: 'Open the output in Celtra and correct the design.' },
  [failureTypes.notRendered]: { cause: 'celtra error', action: 'Look in Celtra why the render takes so long.' },
  [failureTypes.creativeVanished]: {
    cause: 'no creative',
    action: 'Look at the design in Celtra: was the output removed?',
  },
  [failureTypes.film]: { cause: 'video', action: FILM_FOR_PICTURE },
  [failureTypes.notAPicture]: { cause: 'celtra error', action: 'Open the output in Celtra and look at its preview.' },
  [failureTypes.unexpected]: {
    cause: 'delivery failed',
    action: 'Look into what the message names, and report it to whoever maintains extpost.',
  },
  [failureTypes.unknownStudio]: {
    cause: 'contract changed',
    action: 'Add the studio to extpost.yaml on every worker and restart them.',
  },
};

/** How a task with this cause can recover by itself; empty when only an operator can continue it. */
export function recoveriesFor(cause: AttentionCause): readonly RecoveryKind[] {
  return causes[cause].recoveries;
}

/** An attention with the actions of its cause, unless `actions` names better ones. */
export function attentionFor(cause: AttentionCause, message: string, actions = causes[cause].actions): Attention {
  return { cause, message, nextActions: actions };
}

export function attentionForFailure(failure: {
  type: string | undefined;
  message: string;
  details: RemoteFailureDetails | undefined;
}): Attention {
  const known = failure.type === undefined ? undefined : byFailureType[failure.type];
  if (known !== undefined) {
    return attentionFor(known.cause, failure.message, known.action === undefined ? undefined : [known.action]);
  }
  const system = failure.details?.system;
  const cause =
    system === 'Creative Force' ? 'creative force error' : system === 'Celtra' ? 'celtra error' : 'delivery failed';
  return attentionFor(cause, failure.message, [`Look into ${system ?? 'the cause'} named above.`]);
}

/** The attention for a rejection; `labels` are those of the expected outputs to correct. */
export function attentionForRejection(rejection: {
  readonly labels: readonly string[];
  readonly evidence: readonly string[];
  /** Nothing says which of the outputs were rejected. */
  readonly isInferred: boolean;
  readonly settlingMs: number;
}): Attention {
  const { labels, evidence, isInferred, settlingMs } = rejection;
  const what = isInferred
    ? `It does not say which of these: ${labels.join('; ')}. Those that change in Celtra are delivered once nothing has changed for ${formatDuration(settlingMs)}.`
    : `To be corrected: ${labels.join('; ')}.`;
  return attentionFor('rejected', `${rejectedBy(evidence)} ${what}`);
}

/** Nothing says what was rejected. `isShown`: the task itself shows that it was. */
export function attentionForUnclearRejection(evidence: readonly string[], isShown: boolean): Attention {
  const message = `Nothing says what was rejected. ${rejectedBy(evidence)} No output is marked, and no rejection note names one.`;
  const { actions } = causes['unclear rejection'];
  return attentionFor('unclear rejection', message, [
    ...actions,
    isShown
      ? 'What changes in Celtra is delivered by itself; to deliver it at once, resume.'
      : 'The task itself shows no rejection, so nothing is delivered by itself. After a correction resume: what has changed is delivered. If nothing has changed, resuming goes on watching the task.',
  ]);
}

function rejectedBy(evidence: readonly string[]): string {
  return evidence.length === 0 ? 'Creative Force rejected the task.' : `Rejected: ${evidence.join('; ')}.`;
}

export function attentionForFilms(films: readonly string[]): Attention {
  const message = `Celtra made a film where a picture is wanted: ${films.join('; ')}.`;
  return attentionFor('video', message, [FILM_FOR_PICTURE]);
}

/** One attention for all problems of a plan; the first problem gives the cause. */
export function attentionForProblems(problems: readonly [Problem, ...Problem[]]): Attention {
  return attentionFor(problems[0].cause, problems.map(({ message }) => message).join(' '));
}

/** How an operator continues or abandons a waiting task: the exact commands, and what to send in the Web UI. */
export function resumeInstructions({ studio, taskId }: Pick<TaskReference, 'studio' | 'taskId'>): string[] {
  return [
    `Resume at once: \`extpost task resume ${studio} ${taskId}\`, or in the Web UI the update \`resume\` with \`{"by": "your name", "reason": "what was done"}\`.`,
    `Give it up: \`extpost task abandon ${studio} ${taskId}\`, or the update \`abandon\`.`,
  ];
}
