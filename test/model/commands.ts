import * as fc from 'fast-check';

import { expectedOutputKey } from '../../domain/expected-output';
import type { Step } from '../../domain/decisions';
import type { TaskEvent } from '../../domain/task-event';
import { abandonUpdate, resumeUpdate, skipOutputUpdate, useOutputUpdate } from '../../workflows/messages';
import type { Extpost } from './extpost';
import { outputs, specOf, type LostAnswer, type Outside, type Output } from './outside';

type Command = fc.AsyncCommand<Outside, Extpost>;

const by = 'Ha';

/** A thing that can happen: when it can, what it does, and how it is called in a counterexample. */
function command(
  name: string,
  run: (outside: Outside, extpost: Extpost) => Promise<void> | void,
  can: (outside: Outside) => boolean = () => true,
): Command {
  return {
    check: can,
    run: async (outside, extpost) => {
      await run(outside, extpost);
      if (outside.violations.length > 0) throw new Error(outside.violations.join(' '));
    },
    toString: () => name,
  };
}

/** Creative Force's newest event comes in: the first time as news, later as a duplicate. */
const webhook = (): Command =>
  command('webhook', async (outside, extpost) => {
    await tell(outside, extpost);
  });

/** An old event is delivered once more, as Creative Force does when it missed the answer. */
const duplicate = (index: number): Command =>
  command(`duplicate of event ${index}`, async (outside, extpost) => {
    const event = outside.told[index % Math.max(1, outside.told.length)];
    if (event !== undefined) await deliver(outside, extpost, event);
  });

const sweep = (): Command => command('sweep', sweepOnce);

const settle = (): Command =>
  command('settle', async (_outside, extpost) => {
    await extpost.settled();
  });

const accept = (): Command =>
  command(
    'accepted',
    (outside) => {
      outside.accept();
    },
    (outside) => outside.isOurs && outside.round.taken !== undefined,
  );

const reject = (names: readonly Output[], isMarked: boolean, isTold: boolean): Command =>
  command(
    `rejected(${names.join(' and ')}, ${isMarked ? 'marked' : 'by notes'}, ${isTold ? 'told' : 'webhook lost'})`,
    async (outside, extpost) => {
      outside.sendBack(names, isMarked);
      if (isTold) await tell(outside, extpost);
    },
    (outside) => outside.isOurs && outside.round.taken !== undefined && outside.hasReturned(names),
  );

const reset = (isTold: boolean): Command =>
  command(
    `reset(${isTold ? 'told' : 'webhook lost'})`,
    async (outside, extpost) => {
      outside.reset();
      if (isTold) await tell(outside, extpost);
    },
    (outside) => !outside.isDeleted,
  );

const remove = (): Command =>
  command('deleted', (outside) => {
    outside.isDeleted = true;
  });

const giveAway = (): Command =>
  command(
    'given to another vendor',
    (outside) => {
      outside.giveAway();
    },
    (outside) => outside.isOpen,
  );

const finishElsewhere = (): Command =>
  command(
    'done by somebody',
    (outside) => {
      outside.accept();
    },
    (outside) => outside.isOpen,
  );

const edit = (name: Output): Command =>
  command(`design edited(${name})`, (outside) => {
    outside.correct(`output-Front/${name}`);
  });

const setCreative = (name: Output, isThere: boolean): Command =>
  command(`${isThere ? 'creative made' : 'creative removed'}(${name})`, (outside) => {
    outside.setCreative(name, isThere);
  });

const loseAnswer = (lost: LostAnswer): Command =>
  command(`next ${lost.call} loses its answer(${lost.hasEffect ? 'took effect' : 'no effect'})`, (outside) => {
    outside.lostAnswer = lost;
  });

const resume = (from: Step | undefined, force: boolean): Command =>
  command(`resume(${from ?? 'all'}${force ? ', force' : ''})`, async (outside, extpost) => {
    // What has been said counts from the moment on which it can be heard.
    const before = outside.isForced;
    outside.isForced ||= force;
    const request = { by, force, ...(from && { from }) };
    const isTaken = await extpost.attempt((handle) => handle.executeUpdate(resumeUpdate, { args: [request] }));
    if (!isTaken) outside.isForced = before;
  });

const skip = (name: Output): Command =>
  command(`skip(${name})`, async (outside, extpost) => {
    const key = keyOf(outside, name);
    const wasSkipped = outside.skipped.has(key);
    outside.skipped.add(key);
    const isTaken = await extpost.attempt((handle) =>
      handle.executeUpdate(skipOutputUpdate, { args: [{ by, expected: key }] }),
    );
    if (!isTaken && !wasSkipped) outside.skipped.delete(key);
  });

const choose = (name: Output): Command =>
  command(`use output(${name})`, async (outside, extpost) => {
    const request = { by, expected: keyOf(outside, name), outputId: `output-Front/${name}` };
    await extpost.attempt((handle) => handle.executeUpdate(useOutputUpdate, { args: [request] }));
  });

const cancel = (): Command =>
  command('cancel', async (outside, extpost) => {
    if (!(await extpost.isRunning())) return;
    await extpost.attempt((handle) => handle.cancel());
    await extpost.ended();
    outside.stop();
  });

const abandon = (): Command =>
  command('abandon', async (outside, extpost) => {
    if (!(await extpost.isRunning())) return;
    const isTaken = await extpost.attempt((handle) => handle.executeUpdate(abandonUpdate, { args: [{ by }] }));
    await extpost.ended();
    if (isTaken) outside.stop();
  });

/** The newest event reaches us. */
export async function tell(outside: Outside, extpost: Extpost): Promise<void> {
  const event = outside.newestEvent();
  if (!outside.told.includes(event)) outside.told.push(event);
  await deliver(outside, extpost, event);
}

/** A webhook is Creative Force's own word that it wants the task: unlike the sweep it starts anew what a person has stopped. */
async function deliver(outside: Outside, extpost: Extpost, event: TaskEvent): Promise<void> {
  // What was stopped is begun anew by what has happened since, not by an old webhook that comes again.
  if ((event.happenedAt ?? Infinity) > outside.stoppedAt) outside.isStopped = false;
  await extpost.starter.notify(extpost.task, event);
}

export async function sweepOnce(outside: Outside, extpost: Extpost): Promise<void> {
  const { row } = outside;
  if (row !== undefined) await extpost.starter.ensureRunning(extpost.task, row);
}

function keyOf(outside: Outside, name: Output): string {
  const output = outside.task.shots[0]?.expectedOutputs.find(({ specId }) => specId === specOf(name));
  if (output === undefined) throw new Error(`The task has no ${name}.`);
  return expectedOutputKey(output);
}

const anyOutput = fc.constantFrom(...outputs);

/** Everything that can happen to a task, often what often happens. */
export const anything: fc.Arbitrary<Command>[] = [
  fc.constant(webhook()),
  fc.constant(webhook()),
  fc.constant(sweep()),
  fc.nat(5).map(duplicate),
  fc.constant(settle()),
  fc.constant(settle()),
  fc.constant(settle()),
  fc.constant(accept()),
  fc.tuple(fc.subarray([...outputs], { minLength: 1 }), fc.boolean(), fc.boolean()).map((choice) => reject(...choice)),
  fc.tuple(fc.subarray([...outputs], { minLength: 1 }), fc.boolean(), fc.boolean()).map((choice) => reject(...choice)),
  anyOutput.map(edit),
  anyOutput.map(edit),
  fc.tuple(anyOutput, fc.boolean()).map((choice) => setCreative(...choice)),
  fc
    .record({ call: fc.constantFrom('start' as const, 'submit' as const), hasEffect: fc.boolean() })
    .map((lost) => loseAnswer(lost)),
  fc
    .tuple(
      fc.constantFrom(undefined, 'brief' as const, 'export' as const, 'deliver' as const, 'submit' as const),
      fc.boolean(),
    )
    .map((choice) => resume(...choice)),
  anyOutput.map(skip),
  anyOutput.map(choose),
  fc.boolean().map(reset),
  fc.constant(finishElsewhere()),
  fc.constant(giveAway()),
  fc.constant(remove()),
  fc.constant(cancel()),
  fc.constant(abandon()),
];
