import type { SandboxOptions } from '../options';
import { createRandom } from '../random';
import { dayDefaults, dayEventKinds } from './options';

/** One of the day's events happens to every so many of its tasks. */
const TASKS_PER_EVENT_TASK = 12;
const OUTAGE_MS = 4_000;

/**
 * A day in which Creative Force speaks in every form that is known, mixed by the seed: what a task decides differs
 * within the day, what the gateway decides differs from seed to seed. Everything fits the settings of
 * examples/sandbox/extpost.yaml.
 */
export function wildDay(seed: string, tasks: number, spreadMs: number): SandboxOptions {
  const random = createRandom(`${seed}/wild`);
  const isSo = (): boolean => random.integer(0, 1) === 1;
  const outageAt = (share: number): number => Math.round(spreadMs * (share + random.fraction() * 0.2));
  return {
    seed,
    day: {
      ...dayDefaults(tasks),
      spreadMs,
      events: [...dayEventKinds],
      eventTasks: Math.max(1, Math.floor(tasks / TASKS_PER_EVENT_TASK)),
      colourwayTasks: Math.ceil(tasks / TASKS_PER_EVENT_TASK),
      outages: [
        { api: 'creative force', afterMs: outageAt(0.2), forMs: OUTAGE_MS, answer: 'html' },
        { api: 'celtra', afterMs: outageAt(0.4), forMs: OUTAGE_MS, answer: 'html' },
        { api: 'creative force', afterMs: outageAt(0.6), forMs: OUTAGE_MS, answer: 'cutJson' },
        { api: 'celtra', afterMs: outageAt(0.8), forMs: OUTAGE_MS, answer: 'cutJson' },
      ],
    },
    // Drawing many pictures would hold up the gateway's clock, and requests in time would count as too many.
    celtra: { pictures: 'flat' },
    creativeForce: {
      rejectionForms: ['flags', 'output flags', 'shot flags', 'status', 'note', 'event'],
      rejectedStatuses: [
        { id: 4000, name: 'Rejected' },
        { id: 4100, name: 'QCRejected' },
        { id: 4200, name: 'QC Rejected' },
      ],
      rejectionNotes: ['output', 'shot'],
      markingForms: ['fractions', 'percent', 'pixels', 'boxes', 'svg'],
      falseFlags: ['written', 'omitted'],
      detailKeys: ['all', 'few'],
      listingKeys: ['all', 'few'],
      listingStatusNames: isSo(),
      statusNames: isSo() ? 'byTask' : 'always',
      goneAnswers: { deleted: 'byTask', bypassed: random.pick([400, 404, 410]), 'vendor changed': 403 },
      guidCase: 'byCall',
      numericStrings: 'byCall',
      envelope: isSo(),
      listingSpelling: random.pick(['extpost', 'expost']),
      submitSpelling: random.pick(['extpost', 'export']),
      listingShape: random.pick(['page', 'bare', 'bareWhole']),
      listingTotals: isSo(),
      annotationsShape: random.pick(['bare', 'pageData']),
      bulkAnswer: random.pick(['bare', 'pageData']),
      errorCodeAs: random.pick(['number', 'text']),
      repeatedStart: random.pick(['accepted', 'refused']),
    },
    webhooks: {
      guidCase: 'byEvent',
      contentCreationTypeIds: ['number', 'text', 'null', 'absent'],
      laterEvents: ['sent', 'sent', 'lost'],
      signatureModes: {
        acme: random.pick(['utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64']),
        nordlicht: random.pick(['utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64']),
      },
      signaturePrefix: isSo(),
    },
  };
}
