import { createStudioLogin, type StudioLogin } from '../../clients';
import type { ExtpostConfig } from '../../config';
import { creativeForceSettings } from '../../workers/composition/client-settings';
import { usageError } from '../exit-codes';
import { findStudio } from '../shared/studio-clients';

/** The login of a studio. Throws CommandError when there is no such studio, or its grant needs no login. */
export function findStudioLogin(config: ExtpostConfig, name: string, path: string): StudioLogin {
  const studio = findStudio(config, name, path);
  const { grant } = studio.creativeForce;
  if (grant !== 'authorization code') {
    throw usageError(
      `Studio "${name}" has the grant "${grant}", which needs no login. ` +
        `To use a user's login, set studios.${name}.creativeForce.grant to "authorization code" (docs/login.md).`,
    );
  }
  return createStudioLogin(creativeForceSettings(name, studio));
}

export function studioLogins(config: ExtpostConfig): Map<string, StudioLogin> {
  return new Map(
    Object.entries(config.studios).flatMap(([name, studio]) =>
      studio.creativeForce.grant === 'authorization code'
        ? [[name, createStudioLogin(creativeForceSettings(name, studio))] as const]
        : [],
    ),
  );
}
