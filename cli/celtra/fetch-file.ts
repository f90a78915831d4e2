import { rm } from 'node:fs/promises';

import { downloadToFile, RemoteCallError, type CeltraClient, type Downloaded, type ExportRequest } from '../../clients';
import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
import { safeExtension } from '../../domain/shared/safe-name';
import { retryTransient } from '../shared/retry';
import { readAgain, type ReadSettings } from './settled-outputs';
import { hasSignatureOf } from './file-signature';

/** A fresh address is asked for this often when one is refused (docs/reference/celtra.md#asset-addresses). */
const MAX_FRESH_ADDRESSES = 2;

export interface FetchTools {
  readonly client: CeltraClient;
  readonly request: ExportRequest;
  readonly read: ReadSettings;
  readonly maxBytes: number;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
  /** Told how many more bytes came; negative when an attempt is begun again. */
  readonly onBytes: (more: number) => void;
}

/**
 * Downloads one finished asset to a path, again where that may help, with a fresh address when the one at hand has
 * expired. Throws RemoteCallError, the file system's own error, or the signal's reason.
 */
export async function fetchFile(
  output: CeltraOutput,
  asset: CeltraAsset & { readonly url: string },
  path: string,
  tools: FetchTools,
): Promise<Downloaded> {
  let { url } = asset;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const downloaded = await retryTransient(() => download(url, path, tools), {
        ...tools.read,
        signal: tools.signal,
      });
      if (await hasSignatureOf(path, safeExtension(asset.extension))) return downloaded;
      await rm(path, { force: true });
      throw wrongFileTypeError(asset);
    } catch (error) {
      tools.signal.throwIfAborted();
      if (!isStale(error) || attempt === MAX_FRESH_ADDRESSES) throw error;
      const fresh = await freshAddress(output, asset, tools);
      if (fresh === undefined) throw error;
      url = fresh;
    }
  }
}

async function download(url: string, path: string, tools: FetchTools): Promise<Downloaded> {
  let counted = 0;
  try {
    return await downloadToFile({
      url,
      path,
      maxBytes: tools.maxBytes,
      allowLoopback: tools.allowLoopback,
      signal: tools.signal,
      onProgress: (received) => {
        tools.onBytes(received - counted);
        counted = received;
      },
    });
  } catch (error) {
    tools.onBytes(-counted);
    throw error;
  }
}

/** An address that is refused or gone has expired; a page instead of a file is what some hosts say then. */
function isStale(error: unknown): boolean {
  if (!(error instanceof RemoteCallError)) return false;
  return ['unauthorized', 'forbidden', 'not found'].includes(error.kind) || error.code === 'HTML';
}

/** The same bytes under a new address; nothing when Celtra now has other bytes, or none. */
async function freshAddress(
  output: CeltraOutput,
  asset: CeltraAsset,
  { client, request, read, signal }: FetchTools,
): Promise<string | undefined> {
  const { outputs } = await readAgain(client, request, [output], { ...read, signal });
  const again = outputs.flatMap(({ assets }) => assets).find(({ key }) => key === asset.key);
  return again?.blobHash === asset.blobHash ? again?.url : undefined;
}

function wrongFileTypeError({ extension }: CeltraAsset): RemoteCallError {
  return new RemoteCallError(
    `Celtra files served something that does not begin like a file of the kind ${extension ?? 'asked for'}. Look at the output in Celtra.`,
    { system: 'Celtra files', endpoint: 'GET', kind: 'contract', mayHaveActed: false },
  );
}
