import { Command } from 'commander';

import { abandonCommand, cancelCommand, replaceRecipeCommand, resumeCommand } from '../operator/action-commands';
import { inputsCommand } from '../inputs/task-inputs-command';
import { deliverFileCommand, skipCommand, useOutputCommand } from '../operator/output-commands';
import { historyCommand, showCommand } from './show-commands';

/** `extpost task`: looks at one task, or does something to it; some acts also to many. */
export function taskCommand(): Command {
  return new Command('task')
    .description('look at a task, or do something to it: what the Web UI can do, with the state after the act')
    .addCommand(showCommand())
    .addCommand(historyCommand())
    .addCommand(resumeCommand())
    .addCommand(cancelCommand())
    .addCommand(abandonCommand())
    .addCommand(skipCommand())
    .addCommand(useOutputCommand())
    .addCommand(replaceRecipeCommand())
    .addCommand(deliverFileCommand())
    .addCommand(inputsCommand());
}
