import { formatTime } from '../../../domain/shared/text';
import { afterPage, listingStart } from '../../../domain/sweep/listing-position';
import type { TaskReference } from '../../../domain/task/task';
import { gatewayRead, gatewayWatch } from '../../activity-options';
import { takeResume } from '../state/inbox';
import type { TaskState, UnknownPhase } from '../state/task-state';
import { cancelOnNews } from '../waiting/interruption';
import { type Gone, needsAttention, type NeedsAttention, type StepContext } from './step';

/** `again`: something has changed, so the task is read again. */
export type UnknownTaskEnd = { readonly kind: 'again' } | Gone | NeedsAttention;

/**
 * Waits for a task that Creative Force has never shown: it may not be ready yet. Once the time is over it is gone, unless
 * the listing still has it: then an address or a permission is wrong, and a person has to look.
 */
export async function awaitUnknownTask(
  { task, settings, reporter }: StepContext,
  state: TaskState,
  { attention, knownEvents }: UnknownPhase,
): Promise<UnknownTaskEnd> {
  state.unknownSince ??= Date.now();
  const until = state.unknownSince + settings.goneAfterMs;
  if (Date.now() < until) {
    reporter.enter(
      'Brief',
      `Creative Force does not know this task, yet or any longer; extpost checks again until ${formatTime(until)}. ${attention.message}`,
    );
    reporter.waitFor({ what: 'the task in Creative Force', until });
    const isKnown = await cancelOnNews(
      state,
      () =>
        gatewayWatch(task.studio, 'Check whether Creative Force knows the task', until, 'unknown').awaitTask({
          task,
          until,
        }),
      knownEvents,
    );
    takeResume(state);
    if (isKnown !== false) return { kind: 'again' };
  }
  // Without a vendor id there is no listing.
  const listing = settings.lifecycle.vendorId === undefined ? 'not known' : await lookInListing(task);
  if (listing === 'listed') return needsAttention(attention);
  const rest = listing === 'not known' ? '' : ', and does not list it';
  return {
    kind: 'gone',
    sentence: `Creative Force has not shown this task since ${formatTime(state.unknownSince)}${rest}: it was probably deleted before it could be read. ${attention.message}`,
  };
}

type Listing = 'listed' | 'not listed' | 'not known';

async function lookInListing(task: TaskReference): Promise<Listing> {
  const { found, hasEditorial } = await lookInPages(task);
  if (found === 'listed' || !hasEditorial) return found;
  const editorial = await lookInPages(task, 'editorial');
  return editorial.found === 'not listed' ? found : editorial.found;
}

async function lookInPages(
  { studio, taskId }: TaskReference,
  flavour?: 'editorial',
): Promise<{ readonly found: Listing; readonly hasEditorial: boolean }> {
  let position = listingStart;
  let hasEditorial = false;
  let hasUnread = false;
  while (position.end === undefined) {
    const { pageNumber, next } = position;
    const summary = `Check whether the task is listed, page ${pageNumber}`;
    const request = { studio, pageNumber, ...(flavour && { flavour }), ...(next && { next }) };
    const page = await gatewayRead(studio, summary, 'unknown').listTasks(request);
    hasEditorial = page.hasEditorial ?? false;
    if (page.refusal !== undefined) return { found: 'not known', hasEditorial };
    position = afterPage(position, page);
    if (position.seen.has(taskId)) return { found: 'listed', hasEditorial };
    // Any of the rows that cannot be understood may be the one.
    hasUnread ||= page.unread !== undefined;
  }
  return { found: hasUnread || position.end === 'given up' ? 'not known' : 'not listed', hasEditorial };
}
