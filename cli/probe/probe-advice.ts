import type { ProbeResult } from '../../clients';

/** Whether every endpoint that matters was understood, and at least one task. */
export function isAllUnderstood(rows: readonly ProbeResult[]): boolean {
  return (
    rows.some(({ subject, shape }) => subject === 'task' && shape?.fault === undefined) &&
    problemRows(rows).length === 0
  );
}

/** One sentence that says what to ask the studio for, or what else to do. */
export function probeAdvice(rows: readonly ProbeResult[]): string {
  const problems = problemRows(rows);
  const endpointsWith = (isSo: (row: ProbeResult) => boolean) => namesOf(problems.filter(isSo));
  const isForbiddenWorkspace = ({ code }: ProbeResult) => code === 'PER-3';
  const asks = [
    phrase(
      'allow, at level Edit in the role of its API user,',
      endpointsWith((row) => row.outcome === 'forbidden' && !isForbiddenWorkspace(row)),
    ),
    phrase(
      'give its API user access to the workspace of the task, for it was refused at',
      endpointsWith((row) => row.outcome === 'forbidden' && isForbiddenWorkspace(row)),
    ),
    phrase(
      'say whether its registered app is active and its id and secret are right, for it was refused at',
      endpointsWith((row) => row.outcome === 'unauthorized'),
    ),
    phrase(
      'say what the path is called that was not found:',
      endpointsWith((row) => row.outcome === 'not found'),
    ),
    phrase(
      'say why these were refused:',
      endpointsWith((row) => row.outcome === 'refused'),
    ),
  ].filter((ask) => ask !== undefined);
  const unclear = endpointsWith((row) => row.shape?.fault !== undefined || row.outcome === 'contract');
  const unanswered = endpointsWith((row) => ['throttled', 'transient', 'unreadable'].includes(row.outcome));
  const own = [
    phrase('run the probe again with --save and correct the adapters for', unclear),
    phrase('run the probe again later for', unanswered),
  ].filter((thing) => thing !== undefined);
  if (asks.length > 0) return `Ask the studio to ${[...asks, ...own].join('; then ')}.`;
  if (own.length > 0) return `Nothing to ask the studio for; ${own.join('; ')}.`;
  if (isAllUnderstood(rows)) return 'Nothing to ask the studio for: every call is allowed and understood.';
  return 'Ask the studio for one task in External Post, or name one with --task: without a task most endpoints cannot be tried.';
}

/** The endpoints that are not allowed, not found or not understood. */
export function problemRows(rows: readonly ProbeResult[]): ProbeResult[] {
  const isListed = (type: ProbeResult['contentCreationType']) =>
    rows.some(
      ({ subject, contentCreationType, outcome, shape }) =>
        subject === 'listing' && contentCreationType === type && outcome === 'allowed' && shape?.fault === undefined,
    );
  return rows.filter(({ need, subject, contentCreationType, outcome, shape }) => {
    if (need === 'spelling') return false;
    // The client tries the guide's other spelling by itself (docs/reference/creative-force.md#listing-path).
    if (subject === 'listing' && outcome === 'not found') return !isListed(contentCreationType);
    return (outcome !== 'allowed' && outcome !== 'not asked') || shape?.fault !== undefined;
  });
}

function namesOf(rows: readonly ProbeResult[]): string {
  return [...new Set(rows.map(({ endpoint }) => endpoint))].join(', ');
}

function phrase(words: string, endpoints: string): string | undefined {
  return endpoints === '' ? undefined : `${words} ${endpoints}`;
}
