import { Command } from 'commander';

import { loadConfig } from '../../config';
import { CommandError, exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';
import { findStudioLogin } from './studio-login';

interface LogoutOptions {
  readonly config: string;
}

/** `extpost logout`: revokes a studio's login at Creative Force and deletes it here. */
export function logoutCommand(): Command {
  return new Command('logout')
    .description('revoke the login of a studio at Creative Force and delete it here')
    .argument('<studio>', 'name of the studio in the configuration')
    .addOption(configOption())
    .action(async (studio: string, { config: path }: LogoutOptions) => {
      const config = await loadConfig({ path, environment: process.env });
      const { wasLoggedIn, problem } = await findStudioLogin(config, studio).logOut();
      if (!wasLoggedIn) {
        console.log(`Nobody is logged in for studio ${studio}; there is nothing to revoke.`);
        return;
      }
      if (problem !== undefined) {
        throw new CommandError(
          `The login of studio ${studio} is deleted here, but Creative Force has not revoked it: ${problem} ` +
            'Ask the studio to remove the authorization of its registered app, or to renew its secret.',
          exitCodes.failed,
        );
      }
      console.log(
        `The login of studio ${studio} is revoked and deleted. A running worker may still hold an access token for up to an hour; restart it to end that now.`,
      );
    });
}
