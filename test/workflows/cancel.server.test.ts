import { randomUUID } from 'node:crypto';

import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { failureTypes } from '../../domain/shared/failure-type';
import { abandonUpdate } from '../../workflows/external-post-task/messages/messages';
import { FakeWorld, givenUp, hanging, later, type AllActivities } from '../support/fake-world';
import { eventually, TestTemporal } from '../support/temporal';
import { Worlds } from '../support/worlds';
import { detailsOf, withLifecycle } from './stage';

/** A task that is stopped while a call of it hangs. */
interface Stop {
  readonly during: keyof AllActivities;
  readonly make: (world: FakeWorld) => unknown;
  /** Stopped only when a timer of it runs. */
  readonly isTimed?: boolean;
  /** Given up with a record instead of cancelled. */
  readonly isAbandoned?: boolean;
  /** Nothing answers after the cancel, so what is looked for is soon given up; else a busy machine has its time to answer. */
  readonly isHopeless?: boolean;
}

const looksHang = (world: FakeWorld) => (world.activities.readTask = () => hanging());
const submitting = (hasEffect: (world: FakeWorld) => unknown): Stop => ({
  during: 'submitAssets',
  make: (world) => (world.activities.submitAssets = () => givenUp(() => hasEffect(world))),
});
const starting = (hasEffect: (world: FakeWorld) => unknown): Stop => ({
  during: 'startTask',
  make: (world) => (world.activities.startTask = () => givenUp(() => hasEffect(world))),
});

const stops = {
  'a submission that took effect': {
    during: 'submitAssets',
    make: (world) => {
      const { submitAssets } = world.activities;
      world.activities.submitAssets = (request) => givenUp(() => submitAssets(request));
    },
  },
  'a submission that took none': submitting(() => undefined),
  'a submission that nobody knows of': { ...submitting(looksHang), isHopeless: true },
  'the wait after a submission that took none': {
    during: 'submitAssets',
    isTimed: true,
    make: (world) => {
      world.settings = { ...world.settings, assetKnown: { pace: later, giveUpMs: 120_000 } };
      world.activities.submitAssets = () =>
        Promise.reject(ApplicationFailure.nonRetryable('No answer.', failureTypes.outcomeUnknown));
    },
  },
  'a submission that waits to be sent': {
    during: 'submitAssets',
    make: (world) => (world.activities.submitAssets = () => hanging()),
  },
  'a submission, given up': { ...submitting(looksHang), isAbandoned: true, isHopeless: true },
  'a start that took effect': starting((world) => (world.task = { ...world.task, status: 'in progress' })),
  'a start that took none': starting(() => undefined),
  'a start that nobody knows of': { ...starting(looksHang), isHopeless: true },
  'a download': { during: 'fetchRenders', make: (world) => (world.activities.fetchRenders = () => hanging()) },
  'an upload, and its worker does not answer': {
    during: 'uploadFiles',
    isHopeless: true,
    make: (world) => {
      world.activities.uploadFiles = () => hanging();
      world.activities.dropFiles = () => hanging();
    },
  },
} as const satisfies Record<string, Stop>;
type Name = keyof typeof stops;

interface Stopped {
  readonly world: FakeWorld;
  readonly details: string;
  readonly record: DeliveryRecord | undefined;
  /** How often the task was read before it was stopped. */
  readonly reads: number;
}

const worlds = new Worlds();
let temporal: TestTemporal;
const stopped = new Map<string, Promise<Stopped>>();

// All at once: each waits for the server most of the time.
beforeAll(async () => {
  temporal = await TestTemporal.connect();
  await temporal.serve(worlds.current);
  for (const [name, stop] of Object.entries(stops)) {
    const stopping = stopInTheMiddle(stop);
    stopping.catch(() => undefined);
    stopped.set(name, stopping);
  }
});
afterAll(async () => {
  await Promise.allSettled(stopped.values());
  await temporal.close();
});

async function stopInTheMiddle({ during, make, isTimed, isAbandoned, isHopeless }: Stop): Promise<Stopped> {
  const world = new FakeWorld();
  world.settings = withLifecycle({ cancellationGraceMs: isHopeless ? 200 : 60_000 });
  make(world);
  const studio = `cancel-${randomUUID().slice(0, 8)}`;
  worlds.add(studio, world);
  const handle = await temporal.startTask({ studio });
  await eventually(
    () => Promise.resolve(world.count(during)),
    (count) => count === 1,
  );
  if (isTimed) {
    await eventually(
      async () => (await handle.fetchHistory()).events ?? [],
      (events) => events.some(({ timerStartedEventAttributes: timer }) => timer),
    );
  }
  const reads = world.count('readTask');
  if (isAbandoned) await handle.executeUpdate(abandonUpdate, { args: [{ by: 'Ha' }] });
  else await handle.cancel();
  const record = await handle.result().catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return undefined;
  });
  return { world, details: await detailsOf(handle), record, reads };
}

async function cameOf(name: Name): Promise<Stopped> {
  const one = await stopped.get(name);
  if (one === undefined) throw new Error(`Nobody stopped "${name}".`);
  return one;
}

const audited = ({ audit }: FakeWorld) => audit.map(({ event, files }) => [event, files.map(({ state }) => state)]);

describe('a task that is cancelled in the middle of', () => {
  it.each<[Name, string]>([
    ['a submission that took effect', '2 files had been submitted in 1 round'],
    ['a submission that took none', 'sent for submission, but Creative Force did not show'],
    ['the wait after a submission that took none', 'sent for submission, but Creative Force did not show'],
    ['a submission that nobody knows of', '2 uploaded files had been sent for submission, and whether'],
    ['a submission that waits to be sent', 'nothing had been submitted, and 2 files had been uploaded'],
    ['a start that took effect', 'had just been told that work begins'],
    ['a start that took none', 'the start had been sent, but Creative Force did not show that it had'],
    ['a start that nobody knows of', 'whether it took effect is not known'],
    ['a download', 'while in \\"Deliver\\"; nothing had been submitted'],
    ['an upload, and its worker does not answer', 'nothing had been submitted'],
  ])('%s ends, and says: %s', async (name, words) => {
    const { details, record } = await cameOf(name);
    expect(details).toContain(words);
    expect(record).toBeUndefined();
  });

  it.each<[Name, unknown]>([
    [
      'a submission that took effect',
      [
        ['delivered', ['submitted', 'submitted']],
        ['cancelled', []],
      ],
    ],
    ['a submission that took none', [['cancelled', ['uploaded', 'uploaded']]]],
    ['a submission that nobody knows of', [['cancelled', ['sent', 'sent']]]],
    ['a submission, given up', [['abandoned', ['sent', 'sent']]]],
  ])('%s has in the audit what left the building', async (name, entries) => {
    expect(audited((await cameOf(name)).world)).toEqual(entries);
  });

  it('a submission sends nothing a second time, and asks nothing when nothing had been sent', async () => {
    const sent = await cameOf('a submission that took none');
    const waiting = await cameOf('a submission that waits to be sent');
    expect(sent.world.count('submitAssets')).toBe(1);
    expect(waiting.world.count('readTask')).toBe(waiting.reads);
  });

  it('a start does not send it again, and uploads nothing', async () => {
    const { world } = await cameOf('a start that took none');
    expect([world.count('startTask'), world.count('requestUploadAddresses')]).toEqual([1, 0]);
  });

  it('a submission, but is given up, ends with a record that says the same', async () => {
    const { record } = await cameOf('a submission, given up');
    expect([record?.outcome, record?.sentence]).toEqual([
      'abandoned',
      expect.stringContaining('whether that took effect is not known'),
    ]);
  });
});
