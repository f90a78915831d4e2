import type { Command } from 'commander';

import { BoardError, createPictureReader, noPictures, savedTaskReader, startBoard } from '../../board';
import { createStore } from '../../clients';
import { loadConfig, storagePart } from '../../config';
import { openTemporal } from '../../temporal';
import { createLogger } from '../../workers/logging';
import { usageError } from '../exit-codes';
import { listeningCommand, type ListenOptions } from '../shared/options';
import { waitForStopSignal } from '../shared/signals';
import { keepFilesPrivate } from './private-files';
import { exitWithParent, notifyParent } from './supervision';

/** `extpost board`: serves the board. It starts before Temporal is reachable, and says so on its pages. */
export function boardCommand(): Command {
  return listeningCommand('board')
    .description('serve the board: web pages that show the tasks')
    .action(async ({ config: path, host, port }: ListenOptions) => {
      const config = await loadConfig({ path, needs: ['board', 'temporal', 'storage'] });
      const logger = createLogger(config.logging.level);
      exitWithParent();
      keepFilesPrivate();
      const temporal = openTemporal(config.temporal);
      const { encryptionKeys, codecServer } = config.temporal;
      const url = codecServer.publicUrl ?? `http://127.0.0.1:${codecServer.port}`;
      const [encryptionKey] = encryptionKeys;
      const settings = { ...config.board, ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
      try {
        const board = await startBoard({
          config: { ...config, board: settings },
          temporal,
          pictures: config.storage.pictures
            ? createPictureReader(createStore(storagePart(config.storage, 'pictures')), logger)
            : noPictures,
          savedTasks: savedTaskReader(createStore(storagePart(config.storage, 'plans'))),
          uploads: createStore(storagePart(config.storage, 'uploads')),
          codec: encryptionKey === undefined ? undefined : { url, encryptionKey },
          logger,
        });
        notifyParent({ ready: { url: board.firstUrl } });
        // The key in it must not stay in a log, so it goes to whoever has started the board.
        console.log(`Board at ${board.firstUrl}`);
        await waitForStopSignal();
        await board.stop();
      } catch (error) {
        throw error instanceof BoardError ? usageError(error.message) : error;
      } finally {
        await temporal.close();
      }
    });
}
