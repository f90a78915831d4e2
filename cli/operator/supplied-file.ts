import { existsSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { createAddressSeal } from '../../activities/creative-force/address-seal';
import { createStore, storeFile, StoreError } from '../../clients';
import { type ExtpostConfig, storagePart } from '../../config';
import { uploadedFileKey } from '../../domain/delivery/uploaded-file';
import type { SuppliedFile } from '../../domain/operator/decisions';
import { safeName } from '../../domain/shared/safe-name';
import { sealingSecret } from '../../workers/composition/client-settings';
import { failure, usageError } from '../exit-codes';

interface TaskOfFile {
  readonly studio: string;
  readonly taskId: string;
}

/**
 * A file that an operator supplies: a file of this computer is put into the storage, and an address (with `-`, read from standard input) is
 * sealed. Throws CommandError.
 */
export async function suppliedFile(
  config: ExtpostConfig | undefined,
  task: TaskOfFile,
  argument: string,
): Promise<SuppliedFile> {
  const isAddress = argument === '-' || /^[a-z][a-z0-9+.-]*:\/\//i.test(argument);
  if (!isAddress) return { stored: await upload(config, task, argument) };
  const address = argument === '-' ? await text(process.stdin) : argument;
  return { sealedUrl: sealAddress(config, task, address.trim()) };
}

async function upload(
  config: ExtpostConfig | undefined,
  task: TaskOfFile,
  file: string,
): Promise<NonNullable<SuppliedFile['stored']>> {
  if (config === undefined) {
    throw usageError(
      'The file goes into the workers’ storage, and no configuration here names that. Name one with --config.',
    );
  }
  if (!existsSync(file)) {
    throw usageError(`${file} does not exist. An address begins with https://.`);
  }
  const store = createStore(storagePart(config.storage, 'uploads'));
  try {
    const { maxBytes } = config.worker.spool;
    const keyOf = (sha256: string): string => uploadedFileKey(task, sha256);
    return { ...(await storeFile(store, { path: file, keyOf, maxBytes })), name: safeName(path.basename(file)) };
  } catch (error) {
    throw error instanceof StoreError ? failure(error.message) : error;
  } finally {
    store.close();
  }
}

/** Seals a file's address with the studio's key, so that no signature enters a history. Throws CommandError. */
function sealAddress(
  config: ExtpostConfig | undefined,
  { studio: studioName, taskId }: { readonly studio: string; readonly taskId: string },
  address: string,
): string {
  const studio = config?.studios[studioName];
  if (studio === undefined) {
    throw usageError(
      `The address is sealed with the key of ${studioName}, and this configuration has no such studio. Name the ` +
        'configuration of the workers with --config.',
    );
  }
  // The address itself is a secret, so no message shows it.
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') {
    throw usageError('The address of the file must be complete and begin with https://.');
  }
  return createAddressSeal(sealingSecret(studio)).seal(address, { taskId, purpose: 'supplied file' });
}
