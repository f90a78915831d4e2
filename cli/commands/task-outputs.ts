import { text } from 'node:stream/consumers';

import { Command } from 'commander';

import { deliverFileUpdate, skipOutputUpdate, useOutputUpdate } from '../../workflows/messages';
import { updateAct, type ActOnTask } from '../tasks/act';
import { addActOptions, requestBy, waitMs, type ActOptions } from '../tasks/act-options';
import { findTask, namedTask } from '../tasks/find-task';
import { withTemporal, type OpenedTemporal } from '../tasks/open-temporal';
import { runAct } from '../tasks/run-act';
import { sealAddress } from '../tasks/seal-address';

/** `extpost task skip`. */
export function skipCommand(): Command {
  return onOutput('skip', 'leave an expected output out').action(
    (studio: string, task: string, expected: string, options: ActOptions) =>
      actOnOne({ studio, task }, options, () =>
        updateAct(skipOutputUpdate, { ...requestBy(options), expected }, { waitMs: waitMs(options) }),
      ),
  );
}

/** `extpost task use-output`. */
export function useOutputCommand(): Command {
  return onOutput('use-output', 'give an expected output this Celtra output')
    .argument('<output>', 'the id of a Celtra output; "extpost celtra outputs" shows them')
    .action((studio: string, task: string, expected: string, outputId: string, options: ActOptions) =>
      actOnOne({ studio, task }, options, () =>
        updateAct(useOutputUpdate, { ...requestBy(options), expected, outputId }, { waitMs: waitMs(options) }),
      ),
    );
}

/** `extpost task deliver-file`: the address travels sealed, because whoever has it may have the file. */
export function deliverFileCommand(): Command {
  return onOutput('deliver-file', 'deliver a file of your own for an expected output')
    .argument('<address>', 'its https address; "-" reads it from standard input, so that no shell remembers it')
    .action((studio: string, task: string, expected: string, address: string, options: ActOptions) =>
      actOnOne({ studio, task }, options, async ({ config }) => {
        const url = (address === '-' ? await text(process.stdin) : address).trim();
        const sealedUrl = sealAddress(config, studio, url);
        return updateAct(
          deliverFileUpdate,
          { ...requestBy(options), expected, sealedUrl },
          { waitMs: waitMs(options) },
        );
      }),
    );
}

function onOutput(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument('<studio>', 'the studio')
    .argument('<task>', 'its id, the beginning of it (four letters or more), its product code or its workflow id')
    .argument(
      '<expected>',
      'the expected output: its label, its file name or its key; a wrong one is answered with those that there are',
    );
  return addActOptions(command);
}

async function actOnOne(
  { studio, task }: { studio: string; task: string },
  options: ActOptions,
  makeAct: (opened: OpenedTemporal) => ActOnTask | Promise<ActOnTask>,
): Promise<void> {
  await withTemporal(options.config, async (opened) => {
    const { client } = opened.temporal;
    const found = await findTask(client, namedTask(studio, task));
    await runAct(client, [found], await makeAct(opened));
  });
}
