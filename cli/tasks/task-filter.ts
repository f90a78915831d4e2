import { InvalidArgumentError, type Command } from 'commander';

import { attentionCauses, stages, type AttentionCause, type Stage } from '../../domain/task/task-status';
import { EXTERNAL_POST_TASK } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';

/** Which tasks are meant. */
export interface TaskFilter {
  readonly studio?: string;
  readonly stage?: Stage;
  readonly cause?: AttentionCause;
  readonly product?: string;
  /** Temporal's own list filter, which must hold too. */
  readonly query?: string;
  /** Also those whose run has ended. */
  readonly all?: boolean;
}

/** The switches that say which tasks are meant, the same for every command that takes many. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('-s, --studio <name>', 'only tasks of this studio')
    .option('--stage <name>', 'only tasks in this stage', parseStage)
    .option('--cause <name>', 'only tasks that wait for this reason', parseCause)
    .option('-p, --product <code>', 'only tasks of this product')
    .option('--query <filter>', 'only tasks that Temporal’s own list filter finds, such as "ExtpostRound > 1"');
}

/** Temporal's list filter for these tasks; newest first, as the server sorts them. */
export function listQuery({ studio, stage, cause, product, query, all }: TaskFilter): string {
  const wanted: [string, string | undefined][] = [
    [searchAttributes.studio.name, studio],
    [searchAttributes.stage.name, stage],
    [searchAttributes.cause.name, cause],
    [searchAttributes.product.name, product],
  ];
  return [
    `WorkflowType = ${quoted(EXTERNAL_POST_TASK)}`,
    // A run that went on as another one has not ended.
    all === true ? `ExecutionStatus != 'ContinuedAsNew'` : 'CloseTime IS NULL',
    ...wanted.flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])),
    ...(query === undefined || query.trim() === '' ? [] : [`(${query})`]),
  ].join(' AND ');
}

/** Whether anything narrows the choice down. */
export function isNarrowed({ studio, stage, cause, product, query }: TaskFilter): boolean {
  return [studio, stage, cause, product, query].some((each) => each !== undefined);
}

/** A text as it stands in a list filter. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function parseStage(text: string): Stage {
  return oneOf(stages, text, 'stage');
}

function parseCause(text: string): AttentionCause {
  return oneOf(attentionCauses, text, 'cause');
}

function oneOf<Word extends string>(words: readonly Word[], text: string, what: string): Word {
  const found = words.find((word) => word.toLowerCase() === text.trim().toLowerCase());
  if (found === undefined) throw new InvalidArgumentError(`There is no such ${what}; there are ${words.join(', ')}.`);
  return found;
}
