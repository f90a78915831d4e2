import { createStudioLogin, type StudioLogin } from '../../clients';
import type { ExtpostConfig } from '../../config';
import { creativeForceSettings } from '../../workers';
import { CommandError, exitCodes } from '../exit-codes';

/** The login of a studio that has one; else an error that says what to change. */
export function findStudioLogin(config: ExtpostConfig, name: string): StudioLogin {
  const studio = Object.hasOwn(config.studios, name) ? config.studios[name] : undefined;
  if (studio === undefined) {
    const known = Object.keys(config.studios).join(', ');
    throw new CommandError(`There is no studio "${name}"; there are: ${known}.`, exitCodes.wrongUse);
  }
  const { grant } = studio.creativeForce;
  if (grant !== 'authorization code') {
    throw new CommandError(
      `Studio "${name}" has the grant "${grant}", for which nobody logs in. ` +
        `To use a person's login, set studios.${name}.creativeForce.grant to "authorization code" (docs/login.md).`,
      exitCodes.wrongUse,
    );
  }
  return createStudioLogin(creativeForceSettings(name, studio));
}

/** The logins of all studios that have one, by studio. */
export function studioLogins(config: ExtpostConfig): Map<string, StudioLogin> {
  const names = Object.keys(config.studios).filter(
    (name) => config.studios[name]?.creativeForce.grant === 'authorization code',
  );
  return new Map(names.map((name) => [name, findStudioLogin(config, name)]));
}
