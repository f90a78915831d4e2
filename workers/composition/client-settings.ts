import type { CreativeForceSettings } from '../../clients';
import type { StudioConfig } from '../../config';

/** The settings of a studio's Creative Force client. They contain secrets. */
export function creativeForceSettings(name: string, { creativeForce }: StudioConfig): CreativeForceSettings {
  return { ...creativeForce, studio: name, timeouts: { totalMs: creativeForce.requestTimeout } };
}

/** A secret that every worker of the studio has. */
export function sealingSecret({ creativeForce }: StudioConfig): string {
  const secret = creativeForce.clientSecret ?? creativeForce.accessToken;
  if (secret === undefined) throw new TypeError('A studio needs clientSecret or accessToken.');
  return secret;
}
