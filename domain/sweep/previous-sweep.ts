import type { ListingRefusal, SweepWarning } from './sweep';

/** Creative Force's code for a user without access to a workspace. */
const NO_ACCESS_TO_WORKSPACE = 'PER-3';

/** Names what is refused and where to set it (docs/reference/creative-force.md#forgotten-permissions). */
export function listingRefusalSentence(studio: string, { endpoint, code }: ListingRefusal): string {
  const answer = code === undefined ? '403' : `403, ${code}`;
  const cure =
    code === NO_ACCESS_TO_WORKSPACE
      ? 'to give the API user of extpost access to every workspace (client) that extpost serves'
      : `to open the role of extpost’s API user, tab “Developer API”, and to set ${endpoint} to Edit: ` +
        'Creative Force’s own list of permissions omits it';
  return (
    `${studio} does not allow extpost to read its listing of open tasks (${endpoint} was answered with ${answer}), ` +
    `so a task whose webhook is lost is not found. Webhooks work as before. ` +
    `Ask the administrator of ${studio}’s Creative Force account ${cure}. ` +
    'The next sweep tries again; nothing needs to be restarted.'
  );
}

/** The warning of the previous sweep, if any; `result` is that sweep's result as Temporal hands it to the next. */
export function previousSweepWarning(result: unknown): SweepWarning | undefined {
  const warning = memberOf(result, 'warning');
  const [sentence, since] = [memberOf(warning, 'sentence'), memberOf(warning, 'since')];
  return typeof sentence === 'string' && typeof since === 'string' ? { sentence, since } : undefined;
}

/** Ids of the events that the previous sweep sent or kept. */
export function previouslyNotified(result: unknown): string[] {
  const notified = memberOf(result, 'notified');
  return Array.isArray(notified) ? notified.filter((id) => typeof id === 'string') : [];
}

/** Row faults that the previous sweep reported, so that each is reported once. */
export function previousRowFaults(result: unknown): string[] {
  const faults = memberOf(memberOf(result, 'unread'), 'faults');
  return Array.isArray(faults) ? faults.filter((fault) => typeof fault === 'string') : [];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
