import { Command } from 'commander';

import { loadConfig } from '../../config';
import { createCodecServer } from '../../starters';
import { createPayloadReader, createDataConverter } from '../../temporal';
import { createLogger } from '../../workers/logging';
import { usageError } from '../exit-codes';
import { configOption, parsePort } from '../shared/options';
import { waitForStopSignal } from '../shared/signals';
import { exitWithParent, notifyParent } from './supervision';

interface CodecServerOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: number;
}

/** `extpost codec-server`: lets Temporal's Web UI and command line show what is encrypted. */
export function codecServerCommand(): Command {
  return new Command('codec-server')
    .description("decode payloads for Temporal's Web UI and command line (temporal.encryptionKeys)")
    .addOption(configOption())
    .option('--host <address>', 'listen on this address, not on the configured one')
    .option('--port <port>', 'listen on this port, not on the configured one', parsePort)
    .action(async ({ config: path, host, port }: CodecServerOptions) => {
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
