import { type PossibleAction, possibleActions } from '../../domain/operator/possible-actions';
import type { KeptPicture } from '../../domain/delivery/kept-picture';
import { groupedBy } from '../../domain/shared/grouped-by';
import { taskAddress } from '../../domain/task/board-address';
import { type CandidateChoice, isWorkingStage, type TaskStatus } from '../../domain/task/task-status';
import type { TaskSummary } from '../../starters';
import { shownPicture } from '../pictures/picture-address';
import { canAct, type Viewer } from '../viewer';
import { actionValue, needsAsking } from './chosen-action';

export interface ActionsReading {
  readonly viewer: Viewer;
  readonly summary: TaskSummary;
  /** Absent when no worker answers. */
  readonly status?: TaskStatus | undefined;
  readonly pictures?: readonly KeptPicture[] | undefined;
  /** Names of the studio's recipes. */
  readonly recipes?: readonly string[] | undefined;
}

/** What somebody can do to a task, as its page shows it: nothing for who may only look, and while nobody knows what can be done. */
export function actionsView({ viewer, summary, status, pictures = [], recipes }: ActionsReading) {
  const isEnded = summary.ended !== undefined;
  if (!canAct(viewer) || (status === undefined && !isEnded)) return undefined;
  const possible = possibleActions(summary, status ?? { stage: 'Done' }, { recipes: recipes ?? [], isEnded });
  const labels = new Map((status?.attention?.outputs ?? []).map(({ expectedKey, label }) => [expectedKey, label]));
  const labelOf = ({ arguments: { expected = '' } }: PossibleAction): string => labels.get(expected) ?? expected;
  const candidatesOf = ({ arguments: { expected } }: PossibleAction): readonly CandidateChoice[] =>
    status?.attention?.outputs?.find(({ expectedKey }) => expectedKey === expected)?.candidates ?? [];
  const address = actionsAddress(summary);
  const ofKind = (...kinds: PossibleAction['kind'][]): PossibleAction[] =>
    possible.filter(({ kind }) => kinds.includes(kind));
  return {
    /** Where the buttons send to. */
    address,
    /** What the page has shown; a decision on top of a later one is refused. */
    revision: status?.revision ?? 0,
    /** Outputs for which Celtra has several creatives, or only similar ones. */
    choices: [...groupedBy(ofKind('use output'), labelOf)].map(([label, actions]) => ({
      label,
      candidates: actions.map((action) => candidateView(summary, pictures, candidatesOf(action), action)),
    })),
    others: ofKind('resume', 'start', 'replace recipe', 'skip output', 'undo').map(actionView),
    /** Outputs for which the id of a Celtra output can be typed, and what that button sends. */
    typed: status === undefined || isEnded ? [] : outputsToName(status),
    typedValue: actionValue({ kind: 'use output', arguments: {} }),
    /** Outputs for which a file can be uploaded. */
    uploads: ofKind('deliver file').map((action) => ({
      label: labelOf(action),
      address: uploadAddress(summary, action.arguments.expected ?? ''),
    })),
    ends: ofKind('abandon', 'cancel').map(actionView),
  };
}

/** Where the actions of a task are served. */
function actionsAddress(task: Pick<TaskSummary, 'studio' | 'taskId'>): string {
  return `${taskAddress(task)}/actions`;
}

/** Where a file can be uploaded for an expected output, by its key. */
export function uploadAddress(task: Pick<TaskSummary, 'studio' | 'taskId'>, expected: string): string {
  return `${actionsAddress(task)}/deliver-file?${new URLSearchParams({ expected }).toString()}`;
}

/** The outputs for which somebody can name a Celtra output: those that the cause is about first, then all that are due. */
function outputsToName({ stage, attention, outputs = [] }: TaskStatus) {
  if (!isWorkingStage(stage)) return [];
  const due = outputs.filter(({ returnedAssetId, isRejected }) => returnedAssetId === undefined || isRejected === true);
  const named = new Map([...(attention?.outputs ?? []), ...due].map(({ expectedKey, label }) => [expectedKey, label]));
  return [...named].map(([expected, label]) => ({ expected, label }));
}

/** A button: what it sends, and whether its page asks before anything is done. */
function actionView(action: PossibleAction) {
  const { kind, title, arguments: given } = action;
  return { title, value: actionValue(action), asks: needsAsking({ kind, force: given.force }) };
}

/** A button for a creative: what people call it, and what else tells it from the others. */
function candidateView(
  task: TaskSummary,
  pictures: readonly KeptPicture[],
  candidates: readonly CandidateChoice[],
  action: PossibleAction,
) {
  const { outputId = '' } = action.arguments;
  const { name, key } = candidates.find(({ id }) => id === outputId) ?? {};
  const picture = shownPicture(
    task,
    pictures,
    { kind: 'creative', candidateId: outputId },
    `Creative ${outputId} of Celtra`,
  );
  const about = [name === undefined ? undefined : outputId, key === undefined ? undefined : `key “${key}”`];
  return {
    ...actionView(action),
    name: name ?? outputId,
    about: about.filter((part) => part !== undefined).join(', '),
    picture,
  };
}
