import { Command, Option } from 'commander';

import { runPlan, type PlanOptions } from './plan-command';
import { configOption } from '../shared/options';

/** `extpost plan`: what would go out for what, and why; nothing is started, uploaded or submitted. */
export function planCommand(): Command {
  return new Command('plan')
    .description(
      'show which creative would go out for which expected output, and why; needs no Temporal and no worker.\n' +
        'It only looks, but asking Celtra makes it begin to render what the filters find.',
    )
    .argument('<studio>', 'a studio of the configuration')
    .argument('[task]', "the task's id; or --all-open")
    .addOption(configOption())
    .addOption(new Option('--all-open', "every open task that the studio's listing names"))
    .addOption(new Option('--editorial', 'the task is an editorial one; else that is found out').conflicts('allOpen'))
    .option(
      '--recipes <file>',
      'try these recipes, a file of them or another configuration, instead of the configured ones',
    )
    .addOption(
      new Option(
        '--explain <position/spec>',
        'every recipe with its conditions and every creative with why it lost, for this expected output',
      ).conflicts('allOpen'),
    )
    .option('--html <file>', 'also write a page with the pictures of both sides beside each other')
    .option('--wait <time>', 'with --html: how long to wait for pictures that Celtra has not rendered yet', '60s')
    .option('--save <folder>', 'also save what was read there, for "extpost recipes test --against"')
    .option('--json', 'print the plan as JSON, with the facts that it was made from')
    .action((studio: string, task: string | undefined, options: PlanOptions) => runPlan(studio, task, options));
}
