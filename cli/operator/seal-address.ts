import { createAddressSeal } from '../../activities';
import type { ExtpostConfig } from '../../config';
import { sealingSecret } from '../../workers';
import { CommandError, exitCodes } from '../exit-codes';

/**
 * Seals the address of a file with the studio's own key, so that no signature enters a history (activities/creative-force/address-seal.ts).
 * Throws CommandError when the address is not https, or the configuration does not know the studio.
 */
export function sealAddress(config: ExtpostConfig | undefined, studioName: string, address: string): string {
  const studio = config?.studios[studioName];
  if (studio === undefined) {
    throw new CommandError(
      `The address is sealed with the key of ${studioName}, and the configuration here has no such studio. Name the ` +
        'configuration of the workers with --config.',
      exitCodes.wrongUse,
    );
  }
  // The address itself is a secret, so no message shows it.
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') {
    throw new CommandError(
      'The address of the file must be a whole one that begins with https://.',
      exitCodes.wrongUse,
    );
  }
  return createAddressSeal(sealingSecret(studio)).sealText(address);
}
