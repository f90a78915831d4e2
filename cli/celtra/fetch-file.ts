import { open, rm } from 'node:fs/promises';

import { fileKind, KIND_BYTES } from '../../activities/pictures/bytes/file-kind';
import {
  type CeltraClient,
  type Downloaded,
  downloadToFile,
  type ExportRequest,
  isExpiredAddress,
  RemoteCallError,
} from '../../clients';
import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
import { deliverableFilms } from '../../domain/render/film';
import { safeExtension } from '../../domain/shared/safe-name';
import { retryTransient } from '../shared/retry';
import { readAgain, type ReadSettings } from './settled-outputs';

/** A fresh address is asked for this often when one is refused (docs/reference/celtra.md#asset-addresses). */
const MAX_FRESH_ADDRESSES = 2;

export interface FetchTools {
  readonly client: CeltraClient;
  readonly request: ExportRequest;
  readonly read: ReadSettings;
  readonly maxBytes: number;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
  /** Called with the number of bytes received; negative when an attempt starts again. */
  readonly onBytes: (more: number) => void;
}

/** Retries, also with a fresh address. Throws RemoteCallError, the file system's error, or the signal's reason. */
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
      if (await isOfKind(path, safeExtension(asset.extension))) return downloaded;
      await rm(path, { force: true });
      throw wrongFileTypeError(asset);
    } catch (error) {
      tools.signal.throwIfAborted();
      if (!isExpiredAddress(error) || attempt === MAX_FRESH_ADDRESSES) throw error;
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

/** A new address of the same bytes; `undefined` when Celtra has other bytes or none. */
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
    `Celtra files served something that is not a file of the kind ${extension ?? 'requested'}. Look at the output in Celtra.`,
    { system: 'Celtra files', endpoint: 'GET', kind: 'contract', mayHaveActed: false },
  );
}

/** The formats of extensions whose files can be recognised, in the words of `fileKind`. */
const formats: Readonly<Record<string, string>> = {
  jpg: 'jpeg',
  png: 'png',
  tif: 'tiff',
  webp: 'webp',
  gif: 'gif',
  zip: 'zip',
};

/** Whether a file is, by its first bytes, what its extension says; true for an extension that cannot be told by them. */
async function isOfKind(path: string, extension = ''): Promise<boolean> {
  const format = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (format === undefined && !deliverableFilms.includes(extension)) return true;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(KIND_BYTES), 0, KIND_BYTES, 0);
    const found = fileKind(buffer.subarray(0, bytesRead));
    return format === undefined ? found.kind === 'film' : found.format === format;
  } finally {
    await file.close();
  }
}
