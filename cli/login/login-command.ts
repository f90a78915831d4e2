import { setTimeout as pause } from 'node:timers/promises';

import { Command } from 'commander';

import type { StudioLogin } from '../../clients';
import { loadConfig } from '../../config';
import { loginStartAddress, redirectAddress } from '../../starters';
import { failure, usageError } from '../exit-codes';
import { configOption, parseCount } from '../shared/options';
import { waitForStopSignal } from '../shared/signals';
import { sayWhileWaiting } from '../shared/waiting';
import { findStudioLogin } from './studio-login';

interface LoginOptions {
  readonly config: string;
  readonly minutes: number;
}

const LOOK_EVERY_MS = 250;

export function loginCommand(): Command {
  return new Command('login')
    .description(
      'log in to Creative Force for a studio with the grant "authorization code" (the receiver must be running)',
    )
    .argument('<studio>', 'name of the studio in the configuration')
    .addOption(configOption())
    .option('--minutes <count>', 'how long to wait for the user', parseCount, 10)
    .action(async (studio: string, { config: path, minutes }: LoginOptions) => {
      const config = await loadConfig({ path, needs: ['logins'] });
      const login = findStudioLogin(config, studio, path);
      const { publicUrl } = config.receiver;
      if (publicUrl === undefined) {
        throw usageError(
          `receiver.publicUrl is missing in ${path}: Creative Force must know where to send the user back. ` +
            'Set it to the address under which the receiver is reached from outside, such as https://extpost.example.com.',
        );
      }
      const redirectUri = redirectAddress(publicUrl, studio);
      const waitMs = minutes * 60_000;
      const begun = await login.start(redirectUri, waitMs);
      const address = loginStartAddress(publicUrl, studio, begun.ticket);
      console.log(`Open this address in a browser, as the user that extpost acts for:\n\n${address}\n`);
      console.error(`Creative Force sends you back to ${redirectUri}, where the receiver must be running.`);
      try {
        const endsAt = Date.now() + waitMs;
        await sayWhileWaiting(
          () => `the user to log in; ${Math.max(0, Math.ceil((endsAt - Date.now()) / 1000))} s are left`,
          () => untilFinished(login, begun.id, endsAt),
        );
      } finally {
        await login.cancel(begun.id);
      }
      console.log(`Studio ${studio} is logged in. Its workers use the login with their next request.`);
    });
}

/** Waits until `endsAt` (Unix milliseconds) for the receiver to finish the login. Throws CommandError when it does not. */
async function untilFinished(login: StudioLogin, id: string, endsAt: number): Promise<void> {
  const stopped = waitForStopSignal();
  for (;;) {
    const state = await login.progress(id);
    if (state === 'logged in') return;
    if (typeof state === 'object') throw failure(state.failed);
    if (state === 'cancelled') {
      throw failure('Another "extpost login" for this studio was started; this one has ended.');
    }
    if (Date.now() >= endsAt) {
      throw failure(
        'Nobody logged in within the set time. Check that the receiver runs and can be reached from outside, then start again; --minutes waits longer.',
      );
    }
    const signal = await Promise.race([pause(LOOK_EVERY_MS), stopped]);
    if (signal !== undefined) throw failure('The login was cancelled.');
  }
}

export function logoutCommand(): Command {
  return new Command('logout')
    .description('revoke the login of a studio at Creative Force and delete it here')
    .argument('<studio>', 'name of the studio in the configuration')
    .addOption(configOption())
    .action(async (studio: string, { config: path }: { config: string }) => {
      const config = await loadConfig({ path, needs: ['logins'] });
      const login = findStudioLogin(config, studio, path);
      const { wasLoggedIn, problem } = await sayWhileWaiting('Creative Force to revoke the login', () =>
        login.logOut(),
      );
      if (!wasLoggedIn) {
        console.log(`Nobody is logged in for studio ${studio}; there is nothing to revoke.`);
        return;
      }
      if (problem !== undefined) {
        throw failure(
          `The login of studio ${studio} is deleted here, but Creative Force has not revoked it: ${problem} ` +
            'Ask the studio to remove the authorization of its registered app, or to renew its secret.',
        );
      }
      console.log(
        `The login of studio ${studio} is revoked and deleted. A running worker may still hold an access token for up to an hour; restart it to end that now.`,
      );
    });
}
