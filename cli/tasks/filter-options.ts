import { type Command, InvalidArgumentError } from 'commander';

import { attentionCauses, stages } from '../../domain/task/task-status';

/** The switches that say which tasks are meant, the same for every command that takes many. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('-s, --studio <name>', 'only tasks of this studio')
    .option('--stage <name>', 'only tasks in this stage', (text) => oneOf(stages, text, 'stage'))
    .option('--cause <name>', 'only tasks that wait for this cause', (text) => oneOf(attentionCauses, text, 'cause'))
    .option('-p, --product <code>', 'only tasks of this product')
    .option('--overdue', 'only tasks that are late: due, and not yet submitted')
    .option('--query <filter>', 'only tasks that this list filter of Temporal finds, such as "ExtpostRound > 1"');
}

function oneOf<Word extends string>(words: readonly Word[], text: string, what: string): Word {
  const found = words.find((word) => word.toLowerCase() === text.trim().toLowerCase());
  if (found === undefined) throw new InvalidArgumentError(`There is no such ${what}. Known: ${words.join(', ')}.`);
  return found;
}
