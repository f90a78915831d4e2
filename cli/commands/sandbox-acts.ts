import type { Command } from 'commander';

import { z } from 'zod';

import { collect, reach, reachingCommand, taskLine, taskStateSchema } from './sandbox-reach';

interface ActOptions {
  readonly control: string;
  readonly output?: readonly string[];
  readonly removed?: readonly string[];
  readonly comment?: string;
  readonly force?: true;
  readonly rejection?: true;
  readonly newOutputIds?: true;
}

const TASK = '<task>';
const OUTPUT: [string, string, typeof collect] = [
  '--output <name>',
  'file name, position or position/size; may stand more than once; none: all',
  collect,
];

/** `extpost sandbox reject` and its like: what people at the studio do to a task of a running sandbox. */
export function sandboxActCommands(): Command[] {
  return [
    act('reject', 'send outputs of a delivered task back')
      .option(...OUTPUT)
      .option('--comment <text>', 'what the quality controller writes')
      .action(carryOut('reject', ({ output, comment }) => ({ ...outputs(output), ...(comment && { comment }) }))),
    act('bypass', 'skip External Post for a task')
      .option('--force', 'also where a position has several variants, which Creative Force does not allow')
      .action(carryOut('bypass', ({ force }) => ({ force: force === true }))),
    act('change-vendor', 'give a task to another vendor').action(carryOut('change-vendor')),
    act('reset', 'make a task ready again, with a new event; also one that was bypassed or given away').action(
      carryOut('reset'),
    ),
    act('delete', 'delete a task').action(carryOut('delete')),
    act('done', 'let somebody else finish a task').action(carryOut('done')),
    reachingCommand('annotate', 'add a note to a task')
      .argument(TASK, 'task id, the beginning of one, or product code')
      .argument('<comment>', 'the note')
      .option(...OUTPUT)
      .option('--rejection', 'a rejection note instead of an instruction')
      .action(async (task: string, comment: string, { control, output, rejection }: ActOptions) => {
        const body = { comment, kind: rejection ? 'rejection' : 'instruction', ...outputs(output) };
        await onTask({ control }, task, 'annotate', body);
      }),
    reachingCommand('deadline', 'move the deadline of a task’s job')
      .argument(TASK, 'task id, the beginning of one, or product code')
      .argument('<instant>', 'such as 2027-01-31T12:00:00Z')
      .action(async (task: string, deadline: string, { control }: ActOptions) => {
        const { deadline: now } = taskStateSchema.parse(await onTask({ control }, task, 'deadline', { deadline }));
        console.log(`Deadline: ${new Date(now).toISOString()}`);
      }),
    editDesignCommand(),
  ];
}

function act(name: string, description: string): Command {
  return reachingCommand(name, description).argument(TASK, 'task id, the beginning of one, or product code');
}

function carryOut(call: string, bodyOf: (options: ActOptions) => object = () => ({})) {
  return async (task: string, options: ActOptions): Promise<void> => {
    await onTask(options, task, call, bodyOf(options));
  };
}

async function onTask(where: { control: string }, task: string, call: string, body: object): Promise<unknown> {
  const state = await reach(where).call('POST', `/tasks/${encodeURIComponent(task)}/${call}`, body);
  console.log(taskLine(state));
  return state;
}

function outputs(names: readonly string[] | undefined): { outputs?: readonly string[] } {
  return names === undefined ? {} : { outputs: names };
}

function editDesignCommand(): Command {
  const answer = z.object({ designId: z.string(), versions: z.number(), outputs: z.union([z.number(), z.string()]) });
  return reachingCommand('edit-design', 'save a change of a Celtra design, in which outputs look different')
    .argument('<design>', 'design id, or a task whose outputs are meant')
    .option('--output <name>', 'output id, or as in "reject" when a task is named; may stand more than once', collect)
    .option('--removed <name>', 'an output that the design has no longer; may stand more than once', collect)
    .option('--new-output-ids', 'every output gets another id')
    .action(async (design: string, { control, output, removed, newOutputIds }: ActOptions) => {
      const body = { ...outputs(output), ...(removed && { removed }), newOutputIds: newOutputIds === true };
      const edited = await reach({ control }).call('POST', `/designs/${encodeURIComponent(design)}/edit`, body);
      const { designId, versions, outputs: changed } = answer.parse(edited);
      console.log(`Design ${designId}: version ${versions}; changed outputs: ${changed}`);
    });
}
