import type { Command } from 'commander';

import { loadConfig } from '../../config';
import { createCodecServer } from '../../starters';
import { createPayloadReader, createDataConverter } from '../../temporal';
import { createLogger } from '../../workers/logging';
import { usageError } from '../exit-codes';
import { listeningCommand, type ListenOptions } from '../shared/options';
import { waitForStopSignal } from '../shared/signals';
import { exitWithParent, notifyParent } from './supervision';

/** `extpost codec-server`: lets Temporal's Web UI and command line show what is encrypted. */
export function codecServerCommand(): Command {
  return listeningCommand('codec-server')
    .description("decode payloads for Temporal's Web UI and command line (temporal.encryptionKeys)")
    .action(async ({ config: path, host, port }: ListenOptions) => {
      const { temporal, logging } = await loadConfig({
        path,
        needs: ['temporal', 'storage', 'codec server'],
      });
      const { encryptionKeys, codecServer } = temporal;
      if (encryptionKeys.length === 0) {
        throw usageError(
          'temporal.encryptionKeys is not set, so nothing in Temporal is encrypted and there is nothing to decode.',
        );
      }
      const logger = createLogger(logging.level);
      exitWithParent();
      const server = createCodecServer({
        payloads: createPayloadReader(createDataConverter(temporal)),
        token: codecServer.token,
        encryptionKeys,
        publicUrl: codecServer.publicUrl,
        origins: codecServer.origins,
        logger,
      });
      const address = await server.listen({ host: host ?? codecServer.host, port: port ?? codecServer.port });
      logger.info(`Codec server at ${address}`);
      notifyParent({ ready: { address } });
      await waitForStopSignal();
      await server.close();
    });
}
