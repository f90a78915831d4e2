import {
  ApplicationFailure,
  CancellationScope,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

import type { UpdateDefinition } from '@temporalio/common';

import type { TaskStop } from '../../domain/audit/task-entries';
import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { recoveriesFor } from '../../domain/operator/attention';
import { type SettingsReading, defaultLifecycle } from '../../domain/task/studio-settings';
import type { TaskReference } from '../../domain/task/task';
import { type TaskEvent, isTaskEvent } from '../../domain/task/task-event';
import type { Stage } from '../../domain/task/task-status';
import { planning } from '../activity-options';
import { settleEgress } from '../egress';
import { searchAttributes } from '../search-attributes';
import { deliverRound } from './deliver-round';
import { endTask, type TaskEnd } from './end-task';
import type { RoundEnd } from './hand-over';
import { faultOfNotice } from './messages/assertions';
import * as messages from './messages/messages';
import * as operator from './messages/operator-updates';
import { continueAsNewWhenLong } from './state/continue-as-new';
import { hasDecidedSince, receiveEvent } from './state/inbox';
import { invalidateFrom, newRound } from './state/round-state';
import { StatusReporter } from './state/status-reporter';
import { newTaskState, updateRound, type TaskState } from './state/task-state';
import { awaitVerdict, type VerdictWatchEnd } from './steps/await-verdict';
import { settleFlavour, type FlavourKnown } from './steps/read-task';
import { attempt, cancelled, type NeedsAttention, type Stopped } from './steps/step';
import { awaitUnknownTask, type UnknownTaskEnd } from './steps/unknown-task';
import { DeadlineMonitor } from './waiting/deadline-monitor';
import { isCancelled } from './waiting/interruption';
import { recoveryWatches } from './waiting/recovery-watches';
import { afterWake, enterWait, waitForAttention } from './waiting/wait-for-attention';

type TurnResult =
  | FlavourKnown
  | { readonly kind: 'settings'; readonly reading: SettingsReading }
  | RoundEnd
  | VerdictWatchEnd
  | UnknownTaskEnd;

/** The life of a task. Nothing outside makes it fail: what retries cannot mend waits for a change or a person. */
export async function externalPostTask(input: messages.ExternalPostTaskInput): Promise<DeliveryRecord> {
  const { snapshot, ...task } = input;
  const state = snapshot ?? newTaskState({ ...task, taskId: task.taskId.toLowerCase() }, Date.now());
  addSearchAttributes(state.task, state.view.stage);
  const reporter = new StatusReporter(state);
  // Everything the task does runs in here, so that abandoning it stops all of it.
  const work = new CancellationScope();

  setHandler(messages.statusQuery, () => reporter.status(), { description: 'The state of the task.' });
  setHandler(
    messages.taskEventSignal,
    (event) => {
      if (!isTaskEvent(event)) reporter.warn('A signal "taskEvent" was ignored, because its content is no event.');
      else if (receiveEvent(state, event)) reporter.eventReceived(event);
    },
    { description: 'Something happened to the task in Creative Force; the workflow reads the task again.' },
  );
  setHandler(
    messages.cancelNoticeSignal,
    (notice) => {
      const fault = faultOfNotice(notice);
      if (fault === undefined) operator.noticeCancel(state, notice);
      else reporter.warn(`A signal "cancelNotice" was ignored. ${fault}`);
      reporter.actionsChanged();
    },
    { description: 'Says who cancels the task and why; the command line sends it just before the cancellation.' },
  );
  const handleUpdate = <Request>(
    definition: UpdateDefinition<string, [Request]>,
    { validate, check, apply, description }: operator.OperatorUpdate<Request>,
  ): void => {
    const act = (request: Request, unchecked?: string): string => {
      const { answer, isRejected } = apply(state, request);
      reporter.actionsChanged();
      if (isRejected) throw ApplicationFailure.nonRetryable(answer);
      if (state.abandonedBy !== undefined) work.cancel();
      return unchecked === undefined ? answer : `${answer} ${unchecked}`;
    };
    // Without a check the action counts at once, before the next update is validated.
    const handler =
      check === undefined
        ? (request: Request) => act(request)
        : async (request: Request) => {
            const unchecked = await check(state, request);
            // What could be done when it was asked for may not be possible any more.
            validate(state, request);
            return act(request, unchecked);
          };
    const validator = (request: Request): void => {
      validate(state, request);
    };
    setHandler(definition, handler, { validator, description });
  };
  handleUpdate(messages.resumeUpdate, operator.resume);
  handleUpdate(messages.replaceRecipeUpdate, operator.replaceRecipe);
  handleUpdate(messages.useOutputUpdate, operator.useOutput);
  handleUpdate(messages.skipOutputUpdate, operator.skipOutput);
  handleUpdate(messages.deliverFileUpdate, operator.deliverFile);
  handleUpdate(messages.undoUpdate, operator.undo);
  handleUpdate(messages.abandonUpdate, operator.abandon);

  const run: TaskRun = { state, reporter, reading: undefined };
  const end = await work.run(() => liveTask(run));
  return endTask(state, reporter, run.reading?.settings.lifecycle ?? defaultLifecycle, end);
}

interface TaskRun {
  readonly state: TaskState;
  readonly reporter: StatusReporter;
  /** Absent until the settings are read, and again after a reset. */
  reading: SettingsReading | undefined;
}

/** Runs turn after turn until the task has ended. Each turn is safe to run again; this alone decides what follows. */
async function liveTask(run: TaskRun): Promise<TaskEnd> {
  const { state, reporter } = run;
  let deadline: DeadlineMonitor | undefined;
  for (;;) {
    const decided = state.decisions.revision;
    // A turn that fails before it takes them would fail again at once if they were news to the wait that follows.
    const knownEvents = state.pendingEvents.map(({ eventId }) => eventId);
    const result = await attempt(state, async (): Promise<TurnResult> => {
      const { reading } = run;
      await continueAsNewWhenLong(state, reading?.settings.lifecycle ?? defaultLifecycle);
      if (reading === undefined) return readSettings(run);
      const { settings, runId } = reading;
      // A reset keeps the original id in the history, so this tells the same in every replay.
      const isAfterReset = runId !== workflowInfo().originalExecutionRunId;
      deadline ??= new DeadlineMonitor(state, reporter, settings.lifecycle);
      const context = { task: state.task, settings, reporter, runId, isAfterReset };
      const { phase } = state;
      if (phase.kind === 'reviewing') return awaitVerdict(context, state, phase);
      if (phase.kind === 'unknown') {
        // Whatever comes of it, the task is read again.
        state.phase = { kind: 'delivering' };
        return awaitUnknownTask(context, state, phase);
      }
      if (state.task.isFlavourGuessed === true) return settleFlavour(context);
      return deliverRound({ context, state, deadline });
    });

    if (result.kind === 'finished' || result.kind === 'gone' || result.kind === 'cancelled') return result;
    if (isCancelled()) return cancelled;
    const { round } = state;
    switch (result.kind) {
      case 'settings': {
        const stopped = stillStopped(state, result.reading.stop);
        if (stopped !== undefined) return stopped;
        run.reading = result.reading;
        reporter.showBoard(result.reading.settings.boardUrl);
        break;
      }
      case 'flavourKnown':
        state.task = result.task;
        break;
      case 'wasReset':
        run.reading = undefined;
        break;
      case 'submitted':
        state.phase = result.review;
        state.round = newRound(round.number);
        break;
      case 'reviewing':
        state.phase = result.review;
        break;
      case 'rejected':
        // What the task wants now is read from it, and only that is delivered.
        state.phase = { kind: 'delivering' };
        state.round = newRound(round.number + 1, true, result.rejection);
        reporter.enter('Brief', 'Reading the task again.', { delivered: 0 });
        break;
      case 'reset':
        state.phase = { kind: 'delivering' };
        state.round = newRound(round.number + 1);
        reporter.enter('Brief', result.sentence, { delivered: 0 });
        break;
      case 'restartFrom':
        state.round = invalidateFrom(round, result.step);
        reporter.warn(result.reason);
        break;
      case 'unknownTask':
        state.phase = { kind: 'unknown', attention: result.attention, knownEvents };
        break;
      case 'again':
        break;
      case 'needsAttention':
        // What operators have decided meanwhile may be the remedy.
        if (!hasDecidedSince(state, decided)) {
          const failure = await attempt(state, () => waitOut(run, result, knownEvents));
          if (failure?.kind === 'cancelled') return failure;
        }
        break;
    }
  }
}

async function readSettings({ state }: TaskRun): Promise<TurnResult> {
  const { studio, taskId } = state.task;
  // What a person starts is done, whatever was decided before.
  const isNewByEvent = state.lastStatus === undefined && workflowInfo().memo?.[messages.TRIGGER_MEMO] !== undefined;
  const request = { studio, ...(isNewByEvent && { eventOf: taskId }) };
  const reading = await planning('Read the studio’s settings').readStudioSettings(request);
  settleEgress(taskId, reading.settings.egresses);
  return { kind: 'settings', reading };
}

/** What an operator has stopped stays so, also when Temporal has forgotten it, until Creative Force tells something new. */
function stillStopped({ pendingEvents, task }: TaskState, stop: TaskStop | undefined): Stopped | undefined {
  if (stop === undefined || pendingEvents.some((event) => happenedAfter(event, Date.parse(stop.at)))) return undefined;
  const restart = `\`extpost task start ${task.studio} ${task.taskId}\` starts it again.`;
  return {
    kind: 'stopped',
    sentence: `Not started, because an operator decided so at ${stop.at}. ${stop.sentence} ${restart}`,
  };
}

/** A row of the listing shows a state, which may be older than any decision; a webhook without a time counts as new. */
function happenedAfter({ source, happenedAt = Infinity }: TaskEvent, moment: number): boolean {
  return source === 'webhook' && happenedAt > moment;
}

/** A run that was started in the Web UI has none, and nobody would find it. */
function addSearchAttributes({ studio, taskId }: TaskReference, stage: Stage): void {
  const { typedSearchAttributes: shown } = workflowInfo();
  if (shown.get(searchAttributes.studio) !== undefined && shown.get(searchAttributes.taskId) !== undefined) return;
  upsertSearchAttributes([
    { key: searchAttributes.studio, value: studio },
    { key: searchAttributes.taskId, value: taskId },
    { key: searchAttributes.stage, value: stage },
  ]);
}

/** Waits until the cause has gone or an operator resumes; then the turn is run again by what that means for the round. */
async function waitOut(
  { state, reporter, reading }: TaskRun,
  result: NeedsAttention,
  knownEvents: readonly string[],
): Promise<void> {
  const lifecycle = reading?.settings.lifecycle ?? defaultLifecycle;
  const { attention } = result;
  const watches = recoveryWatches(state, lifecycle, reporter, result);
  const wait = enterWait(state.round.wait, attention, Date.now());
  updateRound(state, { wait });
  const woken = await waitForAttention({ state, reporter, lifecycle, attention, watches, wait, knownEvents });
  // With a problem nothing was decided yet, so the recipes and the creatives of now count.
  if (recoveriesFor(attention.cause).includes('creatives')) state.resolved = undefined;
  state.round = afterWake(state.round, woken);
}
