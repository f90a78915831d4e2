import { Command } from 'commander';

import { DEFAULT_INPUT_NAME } from '../../domain/inputs/input-names';
import { fetchInputs, type InputsOptions } from './fetch-inputs';
import { configOption, parseCount } from '../shared/options';

/** `extpost task inputs`: what designers need before a creative can exist. */
export function inputsCommand(): Command {
  return new Command('inputs')
    .description(
      "fetch a task's pictures, support material and reference files, and write a brief; needs no Temporal and no worker",
    )
    .argument('<studio>', 'a studio of the configuration')
    .argument('<task>', "the task's id")
    .addOption(configOption())
    .requiredOption('--to <folder>', 'put everything into this folder; what it has already is not fetched again')
    .option('--name <template>', 'Liquid template of the file names, without extension', DEFAULT_INPUT_NAME)
    .option('--editorial', 'the task is an editorial one; else that is found out')
    .option('--overwrite', 'replace files that extpost did not write')
    .option('--parallel <count>', 'downloads at the same time; default: worker.transfersInParallel', parseCount)
    .action((studio: string, task: string, options: InputsOptions) => fetchInputs(studio, task, options));
}
