import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { downloadToFile, isExpiredAddress, type Downloaded, type Store } from '../../clients';
import type { WantedInput } from '../../domain/inputs/wanted-inputs';
import { forEachInParallel } from '../../domain/shared/for-each-in-parallel';
import { openManifest, type InputManifest } from './input-manifest';
import type { SpoolCapacity } from '../transfer/spool-capacity';

const STALL_TIMEOUT_MS = 30_000;

export interface InputToStore {
  readonly input: WantedInput;
  readonly name: string;
  /** The size that Creative Force announces. */
  readonly bytes?: number | undefined;
}

export interface StoreInputsRequest {
  readonly place: Store;
  /** The task's folder in the store; empty for its root. */
  readonly folder: string;
  readonly files: readonly InputToStore[];
  /** Gives the secret address of a file; with `again`, another one than the one that was refused. */
  readonly addressOf: (input: WantedInput, again: boolean) => Promise<string | undefined>;
  readonly freshAddresses: number;
  /** An existing folder for partial downloads. */
  readonly workFolder: string;
  readonly capacity?: SpoolCapacity | undefined;
  readonly maxBytes: number;
  readonly allowLoopback: boolean;
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Whether this error makes the file missing. Any other error is thrown, and the next call resumes. */
  readonly isPermanent: (error: unknown) => boolean;
  /** Whether to replace files that extpost did not write. */
  readonly overwrite?: boolean | undefined;
  /** Runs a download with retries; absent means one attempt. */
  readonly withRetries?: (<T>(attempt: () => Promise<T>) => Promise<T>) | undefined;
  readonly onFile?: ((name: string, outcome: 'fetched' | 'there') => void) | undefined;
  /** Called with each file while it is on the disk of this computer. */
  readonly onFetched?: ((input: WantedInput, file: string) => Promise<void>) | undefined;
  /** Receives the number of new bytes; negative if a download starts again. */
  readonly onBytes?: ((more: number) => void) | undefined;
}

export interface StoredInputs {
  readonly fetched: number;
  readonly kept: number;
  readonly missing: readonly { readonly input: WantedInput; readonly name: string; readonly why: string }[];
}

/** Throws StoreError, the signal's reason, or an error that is not permanent; stored files stay. */
export async function storeInputs(request: StoreInputsRequest): Promise<StoredInputs> {
  const manifest = await openManifest(request.place, (name) => keyIn(request.folder, name));
  const result = { fetched: 0, kept: 0, missing: [] as { input: WantedInput; name: string; why: string }[] };
  await forEachInParallel(request.parallel, request.files.values(), async (file) => {
    request.signal.throwIfAborted();
    try {
      const isNew = await storeOne(file, manifest, request);
      result[isNew ? 'fetched' : 'kept'] += 1;
      request.onFile?.(file.name, isNew ? 'fetched' : 'there');
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof CannotStore) && !request.isPermanent(error)) throw error;
      result.missing.push({ input: file.input, name: file.name, why: (error as Error).message });
    }
  });
  return result;
}

export function keyIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

class CannotStore extends Error {}

/** Returns whether the file had to be fetched. */
async function storeOne(file: InputToStore, manifest: InputManifest, request: StoreInputsRequest): Promise<boolean> {
  const { input, name, bytes } = file;
  const state = await manifest.stateOf({ id: input.id, name, bytes });
  if (state === 'same') return false;
  if (state === 'foreign' && request.overwrite !== true) {
    throw new CannotStore('A file that extpost did not write has this name. Move it away, or use --overwrite.');
  }
  const part = path.join(request.workFolder, randomUUID());
  try {
    const downloaded = await fetchTo(part, input, request);
    const { md5, sha256 } = downloaded;
    await request.onFetched?.(input, part);
    await manifest.add({ id: input.id, name, bytes: downloaded.bytes, md5, sha256 });
    const content = { stream: createReadStream(part), bytes: downloaded.bytes };
    const { signal } = request;
    await request.place.put(keyIn(request.folder, name), content, { contentType: downloaded.contentType, signal });
    return true;
  } finally {
    await rm(part, { force: true });
    request.capacity?.release(part);
  }
}

async function fetchTo(part: string, input: WantedInput, request: StoreInputsRequest): Promise<Downloaded> {
  const withRetries = request.withRetries ?? (<T>(attempt: () => Promise<T>): Promise<T> => attempt());
  for (let refused = 0; ; refused += 1) {
    const url = await request.addressOf(input, refused > 0);
    if (url === undefined) throw new CannotStore('Creative Force gives no address for it.');
    try {
      return await withRetries(() => download(part, url, request));
    } catch (error) {
      request.signal.throwIfAborted();
      if (!isExpiredAddress(error) || refused >= request.freshAddresses) throw error;
    }
  }
}

async function download(part: string, url: string, request: StoreInputsRequest): Promise<Downloaded> {
  let counted = 0;
  try {
    return await downloadToFile({
      url,
      path: part,
      maxBytes: request.maxBytes,
      allowLoopback: request.allowLoopback,
      signal: request.signal,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      system: 'Creative Force',
      resume: true,
      onLength: (bytes = 0) => request.capacity?.reserve(part, bytes) ?? Promise.resolve(),
      onProgress: (received) => {
        request.onBytes?.(received - counted);
        counted = received;
      },
    });
  } catch (error) {
    request.onBytes?.(-counted);
    throw error;
  }
}
