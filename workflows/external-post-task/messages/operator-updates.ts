import { isStoredFile, storedFileText } from '../../../domain/delivery/uploaded-file';
import { type Decisions, steps, wantsEveryOutput } from '../../../domain/operator/decisions';
import {
  type OperatorAction,
  latestApplied,
  staleReason,
  undoableActions,
} from '../../../domain/operator/operator-action';
import { formatTime } from '../../../domain/shared/text';
import { applyAction, recordAction, requestResume } from '../state/inbox';
import type { ResumeInstruction, TaskState } from '../state/task-state';
import {
  assertCanAct,
  assertCanBeShown,
  assertCanDecide,
  assertNamed,
  findExpected,
  isRecipe,
  isText,
  reject,
} from './assertions';
import { checkOutput, checkRecipe } from './decision-checks';
import type {
  DeliverFileRequest,
  OperatorNotice,
  OperatorRequest,
  ReplaceRecipeRequest,
  ResumeRequest,
  SkipOutputRequest,
  UndoRequest,
  UseOutputRequest,
} from './messages';

/** What an operator is answered. A rejected update fails; it stands in the record all the same. */
export interface UpdateResult {
  readonly answer: string;
  readonly isRejected: boolean;
}

/** One update: its validator, which throws and changes nothing, and its effect. The same request twice takes effect once. */
export interface OperatorUpdate<Request> {
  readonly validate: (state: TaskState, request: Request) => void;
  /** Asks outside what the state does not know, and rejects like `validate`; may give a sentence for the answer. */
  readonly check?: (state: TaskState, request: Request) => Promise<string | undefined>;
  readonly apply: (state: TaskState, request: Request) => UpdateResult;
  /** What the Web UI says of it. */
  readonly description: string;
}

type ActionContent = Pick<OperatorAction, 'kind' | 'expectedKey' | 'what' | 'outputId' | 'isForced'>;

export const resume: OperatorUpdate<ResumeRequest> = {
  validate: (state, request) => {
    assertCanAct(state, request);
    if (request.from !== undefined && !steps.includes(request.from)) {
      reject(`There is no step "${request.from}". The steps are ${steps.join(', ')}.`);
    }
    const { attention, stage } = state.view;
    const isPlain = request.from === undefined && request.force !== true;
    if (attention === undefined && !(isPlain && isTriedAgain(state))) {
      reject(`The task is not waiting for anybody: the stage is "${stage}"${resumedSince(state, request)}.`);
    }
  },
  apply: (state, request) => {
    const { by, from, force = false } = request;
    const what = resumeText({ from, force });
    const action = newAction(request, { kind: 'resume', what, ...(force && { isForced: true }) });
    if (isTriedAgain(state)) return accepted(`It is being tried again already${resumedSince(state, request)}.`);
    const pending = state.resume?.isExplicit === true ? state.resume : undefined;
    if (pending?.from === from && pending?.force === force) {
      if (pending.by === by) return accepted(`${what} by ${by}.`);
      recordAction(state, { ...action, what: `${what}, as ${pending.by} had just done` });
      return accepted(`${pending.by} resumed it a moment ago; it continues.`);
    }
    const rejection = rejectStale(state, action, request);
    if (rejection !== undefined) return rejection;
    requestResume(state, { by, from, force, isExplicit: true });
    // The same recipes again where what was rendered is kept; else those of today.
    if (from !== 'deliver' && from !== 'submit') state.resolved = undefined;
    applyAction(state, action);
    return accepted(`${what} by ${by}.`);
  },
  description:
    'Resume a task that needs attention: {"by": "your name", "reason": "what was done"}. Optional: "from": "brief" | "export" | "deliver" | "submit" keeps what was made before that step; "force": true sends exactly the bytes that were rejected.',
};

export const replaceRecipe: OperatorUpdate<ReplaceRecipeRequest> = {
  validate: (state, request) => {
    assertCanDecide(state, request);
    if (!isRecipe(request.recipe)) {
      reject(
        '"recipe" is neither the name of a configured recipe nor a complete one with name, celtra.filters and match.',
      );
    }
  },
  check: checkRecipe,
  apply: (state, request) => {
    const { recipe } = request;
    const name = typeof recipe === 'string' ? recipe : recipe.name;
    const isDecided = JSON.stringify(state.decisions.recipe) === JSON.stringify(recipe);
    const what = `Recipe ${name} is used for every output`;
    return decide(state, request, { kind: 'replace recipe', what }, isDecided, { recipe });
  },
  description:
    'Use another recipe for the entire task: {"by": "your name", "recipe": "spring-social"}; a complete recipe as in extpost.yaml, as JSON, works too. Its "when" is ignored.',
};

export const useOutput: OperatorUpdate<UseOutputRequest> = {
  validate: (state, request) => {
    assertCanDecide(state, request);
    findExpected(state.knownOutputs, request.expected);
    if (!isText(request.outputId)) reject('"outputId" is the id of a Celtra output.');
  },
  check: checkOutput,
  apply: (state, request) => {
    const { outputId } = request;
    const { expectedKey, label, others } = outputToDecide(state, request);
    const isDecided = state.decisions.outputs[expectedKey] === outputId;
    const what = `Celtra output ${outputId} is used for ${label}`;
    const outputs = { ...others.outputs, [expectedKey]: outputId };
    return decide(state, request, { kind: 'use output', expectedKey, what, outputId }, isDecided, {
      ...others,
      outputs,
    });
  },
  description:
    'Use this Celtra output for an expected output: {"by": "your name", "expected": "Front, Feed", "outputId": "…"}. "expected" is its label, file name or key.',
};

export const skipOutput: OperatorUpdate<SkipOutputRequest> = {
  validate: (state, request) => {
    assertCanDecide(state, request);
    const { expectedKey, label } = findExpected(state.knownOutputs, request.expected);
    const { round, knownOutputs, decisions } = state;
    if (request.force === true || decisions.skipped.includes(expectedKey)) return;
    if (wantsEveryOutput(round.rejection === undefined, knownOutputs, decisions)) {
      reject(
        `Creative Force accepts a first delivery only with all its outputs, so it would refuse one without ${label}. ` +
          'Deliver a file for it, or insist with "force": true (--force on the command line) if the rest comes from elsewhere.',
      );
    }
  },
  apply: (state, request) => {
    const { expectedKey, label, others } = outputToDecide(state, request);
    const isDecided = state.decisions.skipped.includes(expectedKey);
    const what = `${label} is not delivered`;
    const skipped = [...others.skipped, expectedKey];
    return decide(state, request, { kind: 'skip output', expectedKey, what }, isDecided, { ...others, skipped });
  },
  description:
    'Leave an expected output out: {"by": "your name", "reason": "…", "expected": "Front, Feed"}. Creative Force accepts a first delivery only with all its outputs; "force": true insists.',
};

export const deliverFile: OperatorUpdate<DeliverFileRequest> = {
  validate: (state, request) => {
    assertCanDecide(state, request);
    findExpected(state.knownOutputs, request.expected);
    const { url, sealedUrl, stored } = request;
    if ([isText(url), isText(sealedUrl), stored !== undefined].filter(Boolean).length !== 1) {
      reject('Give either "url", "sealedUrl" or "stored".');
    }
    if (stored !== undefined && !isStoredFile(stored)) {
      reject('"stored" is a file in the storage: {"sha256": "…", "bytes": 12345, "name": "front.jpg"}.');
    }
    if (isText(url)) assertCanBeShown(url);
  },
  apply: (state, request) => {
    const { url, sealedUrl, stored } = request;
    const { expectedKey, label, others } = outputToDecide(state, request);
    const before = state.decisions.files[expectedKey];
    const isSame = before?.url === url && before?.sealedUrl === sealedUrl && before?.stored?.sha256 === stored?.sha256;
    const isDecided = before !== undefined && isSame;
    const what =
      stored === undefined
        ? `A supplied file is used for ${label}`
        : `The uploaded file ${storedFileText(stored)} is used for ${label}`;
    const files = { ...others.files, [expectedKey]: { url, sealedUrl, stored } };
    return decide(state, request, { kind: 'deliver file', expectedKey, what }, isDecided, { ...others, files });
  },
  description:
    'Deliver a file of your own for an expected output: {"by": "your name", "expected": "Front, Feed", "url": "https://…"}. `extpost task deliver-file` seals an address with a signature, and puts a local file into the storage ("stored").',
};

export const undo: OperatorUpdate<UndoRequest> = {
  validate: (state, request) => {
    assertCanDecide(state, request);
    decisionToUndo(state, request);
  },
  apply: (state, request) => {
    const { expectedKey, what: taken } = decisionToUndo(state, request);
    const action = newAction(request, { kind: 'undo', expectedKey, what: `Taken back: ${taken}` });
    const rejection = rejectStale(state, action, request);
    if (rejection !== undefined) return rejection;
    const { decisions } = state;
    goOnBy(state, action, expectedKey === undefined ? { recipe: undefined } : without(decisions, expectedKey));
    return accepted(`${action.what}.`);
  },
  description:
    'Take back what was decided about an expected output: {"by": "your name", "expected": "Front, Feed"}; without "expected", the recipe. What was submitted stays.',
};

export const abandon: OperatorUpdate<OperatorRequest> = {
  validate: (_state, request) => {
    assertNamed(request);
  },
  apply: (state, request) => {
    const { by } = request;
    const action = newAction(request, { kind: 'abandon', what: 'Abandoned' });
    const { abandonedBy } = state;
    if (abandonedBy === undefined) {
      // Giving up counts at whatever revision: it builds on no earlier decision, and whoever resumed meanwhile is told.
      state.abandonedBy = action;
      applyAction(state, action);
    } else if (abandonedBy.by !== by) {
      recordAction(state, { ...action, what: `Abandoned, as ${abandonedBy.by} had just done` });
    }
    return accepted(`Abandoned by ${(abandonedBy ?? action).by}. The sweep will not start it again.`);
  },
  description:
    'Abandon the task: {"by": "your name", "reason": "…"}. What was submitted stays; nothing more is sent, and the sweep does not start it again.',
};

/** Notes who cancels the task and why: the cancel itself does not say. */
export function noticeCancel(state: TaskState, notice: OperatorNotice): void {
  recordAction(state, newAction(notice, { kind: 'cancel', what: 'Cancelled' }));
}

/** Takes a decision about files. What is decided already is only answered. */
function decide(
  state: TaskState,
  request: OperatorRequest,
  about: ActionContent,
  isDecided: boolean,
  decisions: Partial<Decisions>,
): UpdateResult {
  const { by } = request;
  const { what } = about;
  const action = newAction(request, about);
  const before = latestApplied(state.actions, action);
  if (isDecided) {
    if (before !== undefined && before.by !== by) {
      recordAction(state, { ...action, what: `${what}, as ${before.by} had said` });
    }
    return accepted(`${what} already.`);
  }
  const rejection = rejectStale(state, action, request);
  if (rejection !== undefined) return rejection;
  goOnBy(state, action, decisions);
  return accepted(before === undefined ? `${what}.` : `${what}. Before, ${before.by} had said: ${before.what}.`);
}

/** Lets a decision count, and a waiting task go on by it. */
function goOnBy(state: TaskState, action: OperatorAction, decisions: Partial<Decisions>): void {
  applyAction(state, action, decisions);
  if (state.view.attention !== undefined && state.resume === undefined) {
    requestResume(state, { by: action.by, force: false, isExplicit: false });
  }
  state.resolved = undefined;
}

/** Rejects a decision whose author has not seen what others have decided since. */
function rejectStale(
  state: TaskState,
  action: OperatorAction,
  { expectedRevision }: OperatorRequest,
): UpdateResult | undefined {
  const rejectedReason = staleReason(state.actions, expectedRevision);
  if (rejectedReason === undefined) return undefined;
  recordAction(state, { ...action, rejectedReason });
  return { answer: `${rejectedReason} Look at the task again before you decide.`, isRejected: true };
}

function accepted(answer: string): UpdateResult {
  return { answer, isRejected: false };
}

function newAction({ by, identity, reason }: OperatorNotice, about: ActionContent): OperatorAction {
  return { ...about, by, ...(identity && { identity }), reason, at: new Date().toISOString() };
}

function resumeText({ from, force }: Pick<ResumeInstruction, 'from' | 'force'>): string {
  return ['Resumed', from && `from ${from}`, force && 'with force'].filter(Boolean).join(' ');
}

/** Whether the task goes on although it is still listed as stopped. */
function isTriedAgain({ view: { attention, stoppedAt } }: TaskState): boolean {
  return attention === undefined && stoppedAt?.isRetried === true;
}

/** Who has let the task go on since whoever wanted to do the same had seen its status. */
function resumedSince({ actions }: TaskState, { expectedRevision }: OperatorRequest): string {
  const last = actions.findLast(({ revision }) => revision !== undefined);
  if (last?.revision === undefined || expectedRevision === undefined || last.revision <= expectedRevision) return '';
  return `, because ${last.by} resumed it at ${formatTime(Date.parse(last.at))}`;
}

/** The decision that is to be taken back; rejects when there is none. */
function decisionToUndo({ actions, knownOutputs }: TaskState, { expected }: UndoRequest): OperatorAction {
  const output = expected === undefined ? undefined : findExpected(knownOutputs, expected);
  const found = undoableActions(actions).find(({ expectedKey }) => expectedKey === output?.expectedKey);
  return found ?? reject(`There is no decision about ${output?.label ?? 'the recipe'} to take back.`);
}

/** The expected output that an operator names, and the decisions about all others. */
function outputToDecide({ knownOutputs, decisions }: TaskState, { expected }: SkipOutputRequest) {
  const { expectedKey, label } = findExpected(knownOutputs, expected);
  return { expectedKey, label, others: without(decisions, expectedKey) };
}

/** The decisions about all other expected outputs. */
function without({ outputs, files, skipped }: Decisions, expectedKey: string) {
  const others = <Value>(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
    Object.fromEntries(Object.entries(values).filter(([key]) => key !== expectedKey));
  return { outputs: others(outputs), files: others(files), skipped: skipped.filter((key) => key !== expectedKey) };
}
