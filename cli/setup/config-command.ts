import { Command } from 'commander';

import { describeConfig, loadConfig } from '../../config';
import { configOption } from '../shared/options';

interface ConfigOptions {
  readonly config: string;
}

/** `extpost config check`: says what was understood of the configuration, or every fault of it. */
export function configCommand(): Command {
  const check = new Command('check')
    .description('check the configuration and print what was understood, secrets masked')
    .addOption(configOption())
    .action(async ({ config: path }: ConfigOptions) => {
      console.log(describeConfig(await loadConfig({ path, environment: process.env })));
    });
  return new Command('config').description('look at the configuration').addCommand(check);
}
