import { CancellationScope, isCancellation } from '@temporalio/workflow';

import { type WantedInput, wantedInputs } from '../../../domain/inputs/wanted-inputs';
import { chunk } from '../../../domain/shared/chunk';
import { failureTypes } from '../../../domain/shared/failure-type';
import { pluralise } from '../../../domain/shared/text';
import { gatewayRead, inputTransfer } from '../../activity-options';
import type { Brief } from '../state/round-state';
import type { TaskState } from '../state/task-state';
import { failureTypeOf } from './activity-failure';
import { errorText, type StepContext } from './step';

/** How often addresses are asked for, when they end before all is fetched. */
const MAX_TRIES = 3;

/**
 * Saves pictures and brief for designers, once in the life of a task and beside the round, which it never holds up: a failure
 * is only a warning.
 */
export function startSavingInputs(context: StepContext, state: TaskState, brief: Brief): void {
  state.inputs = 'being saved';
  new CancellationScope()
    .run(() => saveInputs(context, brief))
    .catch((error: unknown) => {
      if (isCancellation(error)) return;
      context.reporter.warn(`The pictures for designers could not be saved: ${errorText(error)}`);
    })
    .finally(() => {
      state.inputs = 'settled';
    });
}

async function saveInputs({ task, settings, reporter }: StepContext, { facts, annotations }: Brief): Promise<void> {
  const { studio, taskId } = task;
  const wanted = wantedInputs(facts.task);
  const idsFrom = (from: WantedInput['from']): string[][] =>
    chunk(
      wanted.flatMap((one) => (one.from === from ? one.id : [])),
      settings.bulkSize,
    );
  const summary = `Save ${pluralise(wanted.length, 'input')} for designers`;
  for (let attempt = 1; ; attempt++) {
    const [assets, files] = await Promise.all([
      Promise.all(
        idsFrom('assets').map((assetIds) =>
          gatewayRead(studio, 'Ask for the pictures').readAssetFiles({ studio, taskId, assetIds }),
        ),
      ),
      Promise.all(
        idsFrom('files').map((fileIds) =>
          gatewayRead(studio, 'Ask for the reference files').readFiles({ studio, taskId, fileIds }),
        ),
      ),
    ]);
    try {
      const saved = await inputTransfer(studio, summary).saveInputs({
        facts,
        annotations,
        assets: assets.flatMap(({ found }) => found),
        files: files.flatMap(({ found }) => found),
        isLastTry: attempt === MAX_TRIES,
      });
      const missing = saved.missing.length === 0 ? '' : ` Missing: ${saved.missing.join('; ')}.`;
      reporter.warn(`Pictures and brief for designers: ${saved.place}, folder ${saved.folder}.${missing}`);
      return;
    } catch (error) {
      if (failureTypeOf(error) !== failureTypes.addressRefused || attempt >= MAX_TRIES) throw error;
    }
  }
}
