import { isAllUnderstood, probeAdvice } from '../../../cli/probe/probe-advice';
import type { ProbeResult } from '../../../clients';

const understood = { isEmpty: false, missing: ['$.jobCode'], unknown: ['$.slaColour'] };
const row = (endpoint: string, facts: Partial<ProbeResult>): ProbeResult => ({
  endpoint,
  need: 'needed',
  outcome: 'allowed',
  shape: understood,
  ...facts,
});
const task = row('GET /extpost/tasks/{taskId}', { subject: 'task', contentCreationType: 'ecom' });
const listing = row('GET /extpost/tasks', { subject: 'listing', need: 'useful', contentCreationType: 'ecom' });
const refused = (facts: Partial<ProbeResult>): ProbeResult => row('GET /jobs/{jobId}', { shape: undefined, ...facts });

describe('The verdict of a probe', () => {
  it('is good when a task was understood, whatever is missing or new in it', () => {
    expect(isAllUnderstood([listing, task])).toBe(true);
    expect(isAllUnderstood([listing])).toBe(false);
  });

  it('is not spoilt by a spelling that is not there', () => {
    const other = { ...listing, endpoint: 'GET /expost/tasks', need: 'spelling', outcome: 'not found' } as const;
    expect(isAllUnderstood([listing, task, other])).toBe(true);
  });

  it('takes the listing under its other spelling for the listing', () => {
    const main = { ...listing, outcome: 'not found', shape: undefined } as const;
    const other = { ...listing, endpoint: 'GET /expost/tasks', need: 'spelling' } as const;
    expect([isAllUnderstood([main, other, task]), isAllUnderstood([main, task])]).toEqual([true, false]);
  });

  it.each<[Partial<ProbeResult>, string]>([
    [
      { outcome: 'forbidden' },
      'Ask the studio to allow, at level Edit in the role of its API user, GET /jobs/{jobId}.',
    ],
    [{ outcome: 'forbidden', code: 'PER-3' }, 'Ask the studio to give its API user access to the workspace'],
    [{ outcome: 'unauthorized' }, 'Ask the studio to say whether its registered app is active'],
    [{ outcome: 'not found' }, 'Ask the studio to say what the path is called'],
    [{ outcome: 'refused' }, 'Ask the studio to say why these were refused: GET /jobs/{jobId}'],
    [{ outcome: 'transient' }, 'Nothing to ask the studio for; run the probe again later for GET /jobs/{jobId}'],
    [
      { outcome: 'contract' },
      'Nothing to ask the studio for; run the probe again with --save and correct the adapters',
    ],
    [{ outcome: 'allowed', shape: { ...understood, fault: '$.jobCode: expected text' } }, 'correct the adapters for'],
  ])('says in one sentence what to do about %j', (facts, words) => {
    const rows = [listing, task, refused(facts)];
    expect(isAllUnderstood(rows)).toBe(false);
    expect(probeAdvice(rows)).toContain(words);
    expect(probeAdvice(rows).split(/[.!?](?=\s)/)).toHaveLength(1);
  });
});
