import { open, rm } from 'node:fs/promises';

import {
  type CeltraClient,
  type Downloaded,
  downloadToFile,
  type ExportRequest,
  isExpiredAddress,
  RemoteCallError,
} from '../../clients';
import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
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
      if (await hasSignatureOf(path, safeExtension(asset.extension))) return downloaded;
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

const ascii = (text: string, from = 0) => ({ from, bytes: Buffer.from(text, 'latin1') });

/** The first bytes of files, by extension. */
const signatures: Readonly<Record<string, readonly { readonly from: number; readonly bytes: Buffer }[]>> = {
  jpg: [ascii('\xff\xd8\xff')],
  png: [ascii('\x89PNG\r\n\x1a\n')],
  tif: [ascii('II*\0'), ascii('MM\0*'), ascii('II+\0'), ascii('MM\0+')],
  webp: [ascii('WEBP', 8)],
  gif: [ascii('GIF8')],
  mp4: [ascii('ftyp', 4)],
  mov: [ascii('ftyp', 4), ascii('moov', 4), ascii('wide', 4), ascii('mdat', 4), ascii('free', 4)],
  zip: [ascii('PK')],
};

/** Whether a file has the signature of this extension; true for an unknown extension. */
async function hasSignatureOf(path: string, extension: string | undefined): Promise<boolean> {
  const wanted = extension !== undefined && Object.hasOwn(signatures, extension) ? signatures[extension] : undefined;
  if (wanted === undefined) return true;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const start = buffer.subarray(0, bytesRead);
    return wanted.some(({ from, bytes }) => start.subarray(from, from + bytes.length).equals(bytes));
  } finally {
    await file.close();
  }
}
