import { failureTypes } from '../domain/shared/failure-type';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { Brief } from './brief';
import { checkRenders } from './check-renders';
import type { RenderedPairing } from './export-creatives';
import { fetchFiles } from './fetch-files';
import { failureTypeOf, isLost } from './needs-attention';
import type { CarriedRound } from './round-memory';
import { stopIfCancelled } from './settle';
import type { TaskStory } from './task-story';
import { uploadFiles, type UploadedFile } from './upload-files';

/** How often the whole delivery is begun again because a spool was lost or an address ran out. */
const TRIES = 5;

/**
 * Downloads, checks and uploads all files of the round. What a try before has stored is not stored again, unless its bytes
 * differ. When a worker dies with its spool, files are fetched elsewhere. A cancel is waited for: what had been stored by
 * then is known.
 */
export async function deliverFiles(
  story: TaskStory,
  brief: Brief,
  pairings: readonly RenderedPairing[],
  memory: CarriedRound,
  settings: StudioSettings,
): Promise<UploadedFile[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const fetched = await fetchFiles(story, brief, pairings);
      const checked = await checkRenders(story, fetched, memory.isForced);
      const uploaded = await uploadFiles(story, brief, checked, memory, lifecycleOf(settings).workerAbsenceMs);
      // The last file may have been stored while the cancel was on its way; then nothing more leaves.
      await stopIfCancelled();
      return uploaded;
    } catch (error) {
      if (attempt >= TRIES || !isHealedByFetchingAgain(error)) throw error;
      story.remark(`Delivery attempt ${attempt} was interrupted; the files are fetched again.`);
    }
  }
}

/** What another download, or another address, heals. */
function isHealedByFetchingAgain(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === failureTypes.notInSpool || type === failureTypes.addressRefused || isLost(error);
}
