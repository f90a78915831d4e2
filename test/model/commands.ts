import * as fc from 'fast-check';

import type { Step } from '../../domain/operator/decisions';
import type { TaskEvent } from '../../domain/task/task-event';
import { abandonUpdate, resumeUpdate } from '../../workflows/external-post-task/messages/messages';
import type { Decision } from './decided';
import { creativeOf, decide, keyOf, people, recipes, replaceRecipe, type Person } from './deciding';
import type { Extpost } from './extpost';
import { outputs, rejectionForms, type LostAnswer, type Outside, type Output, type RejectionForm } from './outside';

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

/** Goes on only once files are being made, so that what comes next happens in the middle of that. */
const inTheMiddle = (): Command =>
  command('in the middle', async (outside, extpost) => {
    outside.isSlow = true;
    await extpost.makesFiles();
  });

const accept = (): Command =>
  command(
    'accepted',
    (outside) => {
      outside.accept();
    },
    (outside) => outside.isOurs && outside.round.taken !== undefined,
  );

const reject = (names: readonly Output[], form: RejectionForm, isTold: boolean): Command =>
  command(
    `rejected(${names.join(' and ')}, by ${form}, ${isTold ? 'told' : 'webhook lost'})`,
    async (outside, extpost) => {
      outside.sendBack(names, form);
      // What only an event says would never be known without it.
      if (isTold || form === 'event') await tell(outside, extpost);
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
    outside.correct(creativeOf(name));
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

const decision = (by: Person, name: Output, what: Decision): Command =>
  command(`${by}: ${decisionWords(name, what)}`, async (outside, extpost) => {
    await decide(outside, extpost, by, name, what);
  });

/** Two people decide about the same output at the same moment. */
const disagreement = (name: Output, one: Decision, other: Decision): Command =>
  command(
    `Ha and Bo at once: ${decisionWords(name, one)} and ${decisionWords(name, other)}`,
    async (outside, extpost) => {
      const taken = await Promise.all([
        decide(outside, extpost, 'Ha', name, one),
        decide(outside, extpost, 'Bo', name, other),
      ]);
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      if (taken.every(Boolean) && !isSame) outside.decided.forget(keyOf(outside, name));
    },
  );

const otherRecipe = (by: Person, which: string): Command =>
  command(`${by}: recipe(${which})`, async (_outside, extpost) => {
    await replaceRecipe(extpost, by, which);
  });

const permission = (isForbidden: boolean): Command =>
  command(`permission ${isForbidden ? 'taken away' : 'given back'}`, (outside) => {
    outside.isForbidden = isForbidden;
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

const terminate = (): Command =>
  command('terminated', async (outside, extpost) => {
    if (!(await extpost.isRunning()) || !(await extpost.terminate())) return;
    outside.interruptions += 1;
    outside.stop();
  });

const resetRun = (share: number): Command =>
  command(`run reset to ${share.toFixed(2)} of its history`, async (outside, extpost) => {
    if (!(await extpost.isRunning()) || !(await extpost.reset(share))) return;
    outside.interruptions += 1;
    outside.isReset = true;
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

function decisionWords(name: Output, what: Decision): string {
  return `${what.kind}(${name}${what.kind === 'use' ? ` gets ${what.outputId}` : ''})`;
}

const anyOutput = fc.constantFrom(...outputs);
const anyPerson = fc.constantFrom(...people);
const anyDecision: fc.Arbitrary<Decision> = fc.oneof(
  fc.constant({ kind: 'skip' as const }),
  fc.constant({ kind: 'file' as const }),
  anyOutput.map((name) => ({ kind: 'use' as const, outputId: creativeOf(name) })),
);

const anyRejection = fc
  .tuple(fc.subarray([...outputs], { minLength: 1 }), fc.constantFrom(...rejectionForms), fc.boolean())
  .map((choice) => reject(...choice));

/** Everything that can happen to a task, often what often happens. */
export const anything: fc.Arbitrary<Command>[] = [
  fc.constant(webhook()),
  fc.constant(webhook()),
  fc.constant(sweep()),
  fc.nat(5).map(duplicate),
  fc.constant(settle()),
  fc.constant(settle()),
  fc.constant(settle()),
  fc.constant(inTheMiddle()),
  fc.constant(inTheMiddle()),
  fc.constant(accept()),
  anyRejection,
  anyRejection,
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
  fc.tuple(anyPerson, anyOutput, anyDecision).map((choice) => decision(...choice)),
  fc.tuple(anyPerson, anyOutput, anyDecision).map((choice) => decision(...choice)),
  fc.tuple(anyOutput, anyDecision, anyDecision).map((choice) => disagreement(...choice)),
  fc.tuple(anyPerson, fc.constantFrom(...Object.keys(recipes))).map((choice) => otherRecipe(...choice)),
  fc.boolean().map(permission),
  fc.boolean().map(reset),
  fc.constant(finishElsewhere()),
  fc.constant(giveAway()),
  fc.constant(remove()),
  fc.constant(cancel()),
  fc.constant(abandon()),
  fc.constant(terminate()),
  fc.double({ min: 0, max: 1, noNaN: true }).map(resetRun),
  fc.double({ min: 0, max: 1, noNaN: true }).map(resetRun),
];
