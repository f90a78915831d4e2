import { CancellationScope, isCancellation } from '@temporalio/workflow';

import { chunk } from '../domain/shared/chunk';
import { failureTypes } from '../domain/shared/failure-type';
import type { StudioSettings } from '../domain/task/studio-settings';
import { wantedInputs, type WantedInput } from '../domain/inputs/wanted-inputs';
import { pluralise } from '../domain/shared/text';
import type { Brief } from './brief';
import { attentionOf, failureTypeOf } from './needs-attention';
import { fetchTransfer, gatewayRead } from './profiles';
import type { TaskStory } from './task-story';

/** Said once in the life of a task, also of one that goes on in a new run. */
const SAVED = 'inputs saved';
/** How often addresses are asked for, when they end before all is fetched. */
const TRIES = 3;

/**
 * Puts the task's pictures and its brief where designers find them, if the studio wants that. Runs beside the round and
 * never holds it up: what fails is only remarked.
 */
export function saveInputs(story: TaskStory, brief: Brief, settings: StudioSettings): void {
  if (!settings.savesInputs || story.told.includes(SAVED)) return;
  story.told.push(SAVED);
  new CancellationScope()
    .run(() => save(story, brief, settings))
    .catch((error: unknown) => {
      if (isCancellation(error)) return;
      story.remark(`The pictures for designers could not be saved: ${attentionOf(error)?.message ?? String(error)}`);
    });
}

async function save(story: TaskStory, { facts, annotations }: Brief, settings: StudioSettings): Promise<void> {
  const { studio } = story.task;
  const wanted = wantedInputs(facts.task);
  const summary = `Save ${pluralise(wanted.length, 'input')} for designers`;
  for (let attempt = 1; ; attempt++) {
    const [assets, files] = await Promise.all([
      Promise.all(
        chunksOf(wanted, 'assets', settings.bulkSize).map((assetIds) =>
          gatewayRead(studio, 'Ask for the pictures').readAssetFiles({ studio, assetIds }),
        ),
      ),
      Promise.all(
        chunksOf(wanted, 'files', settings.bulkSize).map((fileIds) =>
          gatewayRead(studio, 'Ask for the reference files').readFiles({ studio, fileIds }),
        ),
      ),
    ]);
    try {
      const saved = await fetchTransfer(studio, summary, 'leaves at a cancel').saveInputs({
        facts,
        annotations,
        assets: assets.flatMap(({ found }) => found),
        files: files.flatMap(({ found }) => found),
        isLastTry: attempt === TRIES,
      });
      const missing = saved.missing.length === 0 ? '' : ` Missing: ${saved.missing.join('; ')}.`;
      story.remark(`Pictures and brief for designers: ${saved.place}, folder ${saved.folder}.${missing}`);
      return;
    } catch (error) {
      if (failureTypeOf(error) !== failureTypes.addressRefused || attempt >= TRIES) throw error;
    }
  }
}

function chunksOf(wanted: readonly WantedInput[], from: WantedInput['from'], size: number): string[][] {
  return chunk(
    wanted.flatMap((one) => (one.from === from ? one.id : [])),
    size,
  );
}
