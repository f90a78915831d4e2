import type { Command } from 'commander';

import { z } from 'zod';

import { collect, sandboxControl, controlCommand, taskLine, taskStateSchema } from './control-command';

interface ActionOptions {
  readonly control: string;
  readonly output?: readonly string[];
  readonly removed?: readonly string[];
  readonly comment?: string;
  readonly creative?: string;
  readonly force?: true;
  readonly rejection?: true;
  readonly newOutputIds?: true;
}

const TASK = '<task>';
const OUTPUT: [string, string, typeof collect] = [
  '--output <name>',
  'file name, position or position/size; may be repeated; none: all',
  collect,
];

/** `extpost sandbox reject` and similar: what people at the studio do to a task of a running sandbox. */
export function sandboxActionCommands(): Command[] {
  return [
    actionCommand('reject', 'reject outputs of a delivered task')
      .option(...OUTPUT)
      .option('--comment <text>', 'the comment of the quality controller')
      .action(runAction('reject', ({ output, comment }) => ({ ...outputs(output), ...(comment && { comment }) }))),
    actionCommand('bypass', 'skip External Post for a task')
      .option('--force', 'also where a position has several variants, which Creative Force does not allow')
      .action(runAction('bypass', ({ force }) => ({ force: force === true }))),
    actionCommand('change-vendor', 'give a task to another vendor').action(runAction('change-vendor')),
    actionCommand(
      'reset',
      'make a task ready again, with a new event; also one that was bypassed or given to another vendor',
    ).action(runAction('reset')),
    actionCommand('delete', 'delete a task').action(runAction('delete')),
    actionCommand('done', 'let somebody else finish a task').action(runAction('done')),
    controlCommand('annotate', 'add a note to a task')
      .argument(TASK, 'task id, the beginning of one, or product code')
      .argument('<comment>', 'the note')
      .option(...OUTPUT)
      .option('--rejection', 'a rejection note instead of an instruction')
      .action(async (task: string, comment: string, { control, output, rejection }: ActionOptions) => {
        const body = { comment, kind: rejection ? 'rejection' : 'instruction', ...outputs(output) };
        await onTask({ control }, task, 'annotate', body);
      }),
    controlCommand('deadline', 'move the deadline of a task’s job')
      .argument(TASK, 'task id, the beginning of one, or product code')
      .argument('<instant>', 'such as 2027-01-31T12:00:00Z')
      .action(async (task: string, deadline: string, { control }: ActionOptions) => {
        const { deadline: now } = taskStateSchema.parse(await onTask({ control }, task, 'deadline', { deadline }));
        console.log(`Deadline: ${new Date(now).toISOString()}`);
      }),
    actionCommand('choose', 'tell the ledger what an operator has decided, so that it accepts it; "extpost start" does')
      .option(...OUTPUT)
      .option('--creative <id>', 'the Celtra output to deliver; default: whatever is delivered')
      .action(runAction('choose', ({ output, creative }) => ({ ...outputs(output), ...(creative && { creative }) }))),
    editDesignCommand(),
  ];
}

function actionCommand(name: string, description: string): Command {
  return controlCommand(name, description).argument(TASK, 'task id, the beginning of one, or product code');
}

function runAction(call: string, bodyOf: (options: ActionOptions) => object = () => ({})) {
  return async (task: string, options: ActionOptions): Promise<void> => {
    await onTask(options, task, call, bodyOf(options));
  };
}

async function onTask(where: { control: string }, task: string, call: string, body: object): Promise<unknown> {
  const state = await sandboxControl(where).call('POST', `/tasks/${encodeURIComponent(task)}/${call}`, body);
  console.log(taskLine(state));
  return state;
}

function outputs(names: readonly string[] | undefined): { outputs?: readonly string[] } {
  return names === undefined ? {} : { outputs: names };
}

function editDesignCommand(): Command {
  const answer = z.object({ designId: z.string(), versions: z.number(), outputs: z.union([z.number(), z.string()]) });
  return controlCommand('edit-design', 'save a change of a Celtra design, after which outputs look different')
    .argument('<design>', 'design id, or a task whose outputs are meant')
    .option('--output <name>', 'output id, or as in "reject" when a task is named; may be repeated', collect)
    .option('--removed <name>', 'an output that the design no longer has; may be repeated', collect)
    .option('--new-output-ids', 'every output gets another id')
    .action(async (design: string, { control, output, removed, newOutputIds }: ActionOptions) => {
      const body = { ...outputs(output), ...(removed && { removed }), newOutputIds: newOutputIds === true };
      const edited = await sandboxControl({ control }).call(
        'POST',
        `/designs/${encodeURIComponent(design)}/edit`,
        body,
      );
      const { designId, versions, outputs: changed } = answer.parse(edited);
      console.log(`Design ${designId}: version ${versions}; changed outputs: ${changed}`);
    });
}
