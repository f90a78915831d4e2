import { text } from 'node:stream/consumers';

import { Command } from 'commander';

import { deliverFileUpdate, skipOutputUpdate, useOutputUpdate } from '../../workflows/messages';
import { updateAction, type TaskAction } from './action';
import { addActionOptions, operatorRequest, waitMs, type ActionOptions } from './action-options';
import { findTask, parseTaskName } from '../tasks/find-task';
import { withTemporalConnection, type TemporalContext } from '../shared/with-temporal';
import { runAction } from './run-action';
import { sealAddress } from './seal-address';

/** `extpost task skip`. */
export function skipCommand(): Command {
  return outputCommand('skip', 'leave an expected output out').action(
    (studio: string, task: string, expected: string, options: ActionOptions) =>
      runSingleAction({ studio, task }, options, () =>
        updateAction(skipOutputUpdate, { ...operatorRequest(options), expected }, { waitMs: waitMs(options) }),
      ),
  );
}

/** `extpost task use-output`. */
export function useOutputCommand(): Command {
  return outputCommand('use-output', 'give an expected output this Celtra output')
    .argument('<output>', 'the id of a Celtra output; "extpost celtra outputs" shows them')
    .action((studio: string, task: string, expected: string, outputId: string, options: ActionOptions) =>
      runSingleAction({ studio, task }, options, () =>
        updateAction(useOutputUpdate, { ...operatorRequest(options), expected, outputId }, { waitMs: waitMs(options) }),
      ),
    );
}

/** `extpost task deliver-file`: the address travels sealed, because whoever has it may have the file. */
export function deliverFileCommand(): Command {
  return outputCommand('deliver-file', 'deliver a file of your own for an expected output')
    .argument('<address>', 'its https address; "-" reads it from standard input, so that no shell remembers it')
    .action((studio: string, task: string, expected: string, address: string, options: ActionOptions) =>
      runSingleAction({ studio, task }, options, async ({ config }) => {
        const url = (address === '-' ? await text(process.stdin) : address).trim();
        const sealedUrl = sealAddress(config, studio, url);
        return updateAction(
          deliverFileUpdate,
          { ...operatorRequest(options), expected, sealedUrl },
          { waitMs: waitMs(options) },
        );
      }),
    );
}

function outputCommand(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<studio>', 'the studio')
    .argument('<task>', 'its id, the beginning of it (four letters or more), its product code or its workflow id')
    .argument(
      '<expected>',
      'the expected output: its label, its file name or its key; a wrong one is answered with those that there are',
    );
  return addActionOptions(command);
}

async function runSingleAction(
  { studio, task }: { studio: string; task: string },
  options: ActionOptions,
  makeAct: (opened: TemporalContext) => TaskAction | Promise<TaskAction>,
): Promise<void> {
  await withTemporalConnection(options.config, async (opened) => {
    const { client } = opened.temporal;
    const found = await findTask(client, parseTaskName(studio, task));
    await runAction(client, [found], await makeAct(opened));
  });
}
