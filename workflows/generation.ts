import { patched } from '@temporalio/workflow';

/**
 * Whether this run began with the workflow as it is now: rounds that wait for changed pixels, parks that leave by
 * themselves, files in batches. A run from before goes on as it was: `external-post-task-of-0-1.ts`.
 */
export function isOfToday(): boolean {
  // replay-tested: 2026-11-23, by the histories of 0.1.0 in test/replay
  const isNew = patched('life of a task') ? true : false;
  return isNew;
}

/**
 * Whether transfers are waited for when they are cancelled or fail, and tell which files they had stored by then. A run
 * that was transferring before that was so goes on without.
 */
export function transfersTellWhatTheyStored(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay
  const tells = patched('transfers tell what they stored') ? true : false;
  return tells;
}

/** Whether what people decide about the files of a round counts at once, also while they are being made. */
export function decisionsCountAtOnce(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only once somebody has decided meanwhile
  const isNew = patched('decisions count at once') ? true : false;
  return isNew;
}

/** Whether what hangs is given up within seconds when the task is cancelled. */
export function settlesInSeconds(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only once a task is cancelled
  const isNew = patched('a cancel settles in seconds') ? true : false;
  return isNew;
}

/** Whether a task that is late can be found by that. */
export function latenessShows(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only once a deadline has passed
  const isNew = patched('lateness shows') ? true : false;
  return isNew;
}

/** Whether a film that Celtra made for a picture waits for a person before it is fetched. */
export function filmsNeedPeople(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only when there is a film
  const isNew = patched('films need people') ? true : false;
  return isNew;
}

/** Whether a submission that is refused because somebody else has finished the task is told from one of ours. */
export function othersAreTold(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only in this case
  const isNew = patched('done by others is told') ? true : false;
  return isNew;
}

/** Whether a round that answers a rejection forgets the events from before its reading, as any other round does. */
export function everyEventIsForgotten(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only when there are such events
  const isNew = patched('every event is forgotten') ? true : false;
  return isNew;
}

/** Whether a round whose outputs are all left out ends, also when a file was supplied for another round. */
export function onlyDueFilesCount(): boolean {
  // replay-tested: 2026-11-26, by the histories of 0.1.0 in test/replay: asked only in this case
  const isNew = patched('only due files count') ? true : false;
  return isNew;
}
