import { Command, Option } from 'commander';

import { CommandError, exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';
import { compareRecipes, testRecipes } from './recipes-command';

interface TestOptions {
  readonly config: string;
  readonly against?: string;
  readonly tasks?: string;
  readonly recipes?: string;
  readonly json?: true;
}

/** `extpost recipes test`: tries recipes without any account. */
export function recipesCommand(): Command {
  const test = new Command('test')
    .description(
      'run tables of cases (*.cases.yaml) against their recipes, offline;\n' +
        'or, with --against, show what another version of the recipes would change in saved tasks',
    )
    .argument('[files...]', 'tables of cases; default: those beside the configuration and in its folder recipes/')
    .addOption(configOption())
    .option('--against <version>', 'a file of recipes, a configuration, or a commit, branch or tag of git')
    .option('--tasks <folder>', 'with --against: tasks saved by "extpost plan --save"')
    .option('--recipes <file>', 'with --against: the recipes as they are now; default: those of the configuration')
    .addOption(new Option('--json', 'with --against: print what would change as JSON'))
    .action((files: string[], { config, against, tasks, recipes = config, json }: TestOptions) => {
      if (against === undefined && tasks === undefined) return testRecipes(files, config);
      if (against === undefined || tasks === undefined) {
        throw new CommandError('--against and --tasks go together.', exitCodes.wrongUse);
      }
      return compareRecipes({ against, tasks, recipes, ...(json === true && { json }) });
    });
  return new Command('recipes').description('try recipes without any account').addCommand(test);
}
