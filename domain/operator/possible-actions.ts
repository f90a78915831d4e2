import { shellCommand } from '../shared/shell';
import type { TaskReference } from '../task/task';
import { type AttentionCause, type AttentionOutput, isWorkingStage, type TaskStatus } from '../task/task-status';
import { type OperatorAction, undoableActions } from './operator-action';

/** Something that an operator can do to a task now. */
export interface PossibleAction {
  readonly kind: OperatorAction['kind'] | 'start';
  /** What it does, in words: `Use "Front feed" (4711) for Front, Feed`. */
  readonly title: string;
  /** What the update of this kind takes, beside who does it and why. */
  readonly arguments: PossibleActionArguments;
  /** A command line that can be pasted into a shell. */
  readonly command: string;
}

export interface PossibleActionArguments {
  /** Key of an expected output. */
  readonly expected?: string | undefined;
  readonly outputId?: string | undefined;
  readonly recipe?: string | undefined;
  readonly force?: boolean | undefined;
}

type Task = Pick<TaskReference, 'studio' | 'taskId'>;

/** More outputs, candidates or recipes would hide the other actions. */
const MOST_OUTPUTS = 10;
const SHOWN_CHOICES = 5;
const MOST_RECIPES = 10;

/** The causes that a decision about single files can remove. */
const causesOfFiles: ReadonlySet<AttentionCause> = new Set([
  'no recipe',
  'template',
  'no creative',
  'ambiguous',
  'spec mismatch',
  'video',
  'celtra error',
]);
const causesOfRecipes: ReadonlySet<AttentionCause> = new Set(['no recipe', 'template', 'no creative', 'ambiguous']);

/**
 * What an operator can do to a task now, the likeliest first. `recipes`: names of the studio's recipes, where they are known.
 * `isEnded`: its run has ended.
 */
export function possibleActions(
  task: Task,
  {
    stage,
    attention,
    actions = [],
    wantsAll = false,
  }: Pick<TaskStatus, 'stage' | 'attention' | 'actions' | 'wantsAll'>,
  { recipes = [], isEnded = false }: { readonly recipes?: readonly string[]; readonly isEnded?: boolean } = {},
): readonly PossibleAction[] {
  if (isEnded) return [action(task, 'start', 'Start it again', {})];
  const cancel = action(task, 'cancel', 'Cancel it; what was sent stays', {});
  const abandon = action(task, 'abandon', 'Abandon it, with a record', {});
  const undoing =
    isWorkingStage(stage) && stage !== 'Submit' ? undoableActions(actions).map((one) => undo(task, one)) : [];
  if (attention === undefined) return isWorkingStage(stage) ? [...undoing, abandon, cancel] : [cancel];
  const { cause, outputs = [] } = attention;
  const ofFiles = causesOfFiles.has(cause) ? outputs.slice(0, MOST_OUTPUTS) : [];
  return [
    ...ofFiles.flatMap((output) => choices(task, output)),
    ...resuming(task, cause),
    ...(causesOfRecipes.has(cause) ? recipes.slice(0, MOST_RECIPES) : []).map((recipe) =>
      action(task, 'replace recipe', `Use recipe ${recipe} for the task, ignoring its "when"`, { recipe }),
    ),
    ...ofFiles.flatMap((output) => [
      action(task, 'deliver file', `Deliver a file of your own for ${output.label}`, { expected: output }),
      skip(task, output, wantsAll),
    ]),
    ...undoing,
    abandon,
    cancel,
  ];
}

/** An action in one line of text, for notifications and the Web UI. */
export function possibleActionText({ title, command }: PossibleAction): string {
  return `${title}: \`${command}\``;
}

function choices(task: Task, output: AttentionOutput): PossibleAction[] {
  return (output.candidates ?? []).slice(0, SHOWN_CHOICES).map(({ id, name, key }) => {
    const what = name === undefined ? `output ${id}` : `"${name}" (${id})`;
    const about = key === undefined ? '' : `, with the key "${key}"`;
    return action(task, 'use output', `Use ${what}${about}, for ${output.label}`, { expected: output, outputId: id });
  });
}

/** What Creative Force will refuse is done only on insistence. */
function skip(task: Task, output: AttentionOutput, wantsAll: boolean): PossibleAction {
  const but = wantsAll ? ', although Creative Force accepts a first delivery only with all its outputs' : '';
  const title = `Skip ${output.label}${but}`;
  return action(task, 'skip output', title, { expected: output, ...(wantsAll && { force: true }) });
}

function undo(task: Task, { what, expectedKey }: OperatorAction): PossibleAction {
  const expected = expectedKey === undefined ? undefined : { expectedKey, label: expectedKey };
  return action(task, 'undo', `Take back: ${what}`, { ...(expected !== undefined && { expected }) });
}

function resuming(task: Task, cause: AttentionCause): PossibleAction[] {
  switch (cause) {
    case 'rejected':
    case 'unclear rejection':
      return [action(task, 'resume', 'Deliver now what has changed in Celtra', {})];
    case 'unchanged':
      return [action(task, 'resume', 'Send the same files again', { force: true })];
    case 'too many rounds':
      return [action(task, 'resume', 'Deliver one more round', {})];
    default:
      return [action(task, 'resume', 'Try again now', {})];
  }
}

const commands: Readonly<Record<PossibleAction['kind'], string>> = {
  resume: 'resume',
  'replace recipe': 'replace-recipe',
  'use output': 'use-output',
  'skip output': 'skip',
  'deliver file': 'deliver-file',
  undo: 'undo',
  abandon: 'abandon',
  cancel: 'cancel',
  start: 'start',
};

function action(
  { studio, taskId }: Task,
  kind: PossibleAction['kind'],
  title: string,
  { expected, outputId, recipe, force }: Omit<PossibleActionArguments, 'expected'> & { expected?: AttentionOutput },
): PossibleAction {
  const words = [
    ...(expected === undefined ? [] : [typedName(expected)]),
    ...(outputId === undefined ? [] : [outputId]),
    // The address of the file is read from standard input.
    ...(kind === 'deliver file' ? ['-'] : []),
    ...(recipe === undefined ? [] : ['--recipe', recipe]),
    ...(force === true ? ['--force'] : []),
  ];
  return {
    kind,
    title,
    arguments: {
      ...(expected !== undefined && { expected: expected.expectedKey }),
      ...(outputId !== undefined && { outputId }),
      ...(recipe !== undefined && { recipe }),
      ...(force !== undefined && { force }),
    },
    command: shellCommand(['extpost', 'task', commands[kind], studio, taskId, ...words]),
  };
}

/** The label, unless it could not be typed. */
function typedName({ label, expectedKey }: AttentionOutput): string {
  return /^[^\p{Cc}]+$/u.test(label) && !label.startsWith('-') ? label : expectedKey;
}
