import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

import { downloadToFile, RemoteCallError, type Downloaded, type Store } from '../../clients';
import type { WantedInput } from '../../domain/inputs/wanted-inputs';
import { openManifest, type InputManifest } from './input-manifest';
import type { SpoolCapacity } from '../transfer/spool-capacity';

const STALL_TIMEOUT_MS = 30_000;

/** A file to be kept under a name of ours, below its task's folder. */
export interface InputToStore {
  readonly input: WantedInput;
  readonly name: string;
  /** As Creative Force announces it. */
  readonly bytes?: number | undefined;
}

export interface StoreInputsRequest {
  readonly place: Store;
  /** The task's folder there; empty for the place itself. */
  readonly folder: string;
  readonly files: readonly InputToStore[];
  /** Where a file can be fetched: a secret. Asked with `again` when the address given before was refused. */
  readonly addressOf: (input: WantedInput, again: boolean) => Promise<string | undefined>;
  /** How many fresh addresses of one file are asked for. */
  readonly freshAddresses: number;
  /** For files under way; it must exist. */
  readonly workFolder: string;
  /** Where room for them is set aside; absent means that nobody counts it. */
  readonly capacity?: SpoolCapacity | undefined;
  readonly maxBytes: number;
  /** Whether files may come from this computer. */
  readonly allowLoopback: boolean;
  readonly parallel: number;
  readonly signal: AbortSignal;
  /** Whether a file is done without after this error; else the error is thrown, and the next call goes on. */
  readonly isPermanent: (error: unknown) => boolean;
  /** Replace what somebody else has put there. */
  readonly overwrite?: boolean | undefined;
  /** Does something again while its errors may pass; absent means once. */
  readonly withRetries?: (<T>(act: () => Promise<T>) => Promise<T>) | undefined;
  readonly onFile?: ((name: string, outcome: 'fetched' | 'there') => void) | undefined;
  /** Told how many more bytes came; negative when an attempt is begun again. */
  readonly onBytes?: ((more: number) => void) | undefined;
}

export interface StoredInputs {
  readonly fetched: number;
  /** Those that lay there already, their bytes looked at. */
  readonly kept: number;
  readonly losses: readonly { readonly input: WantedInput; readonly name: string; readonly why: string }[];
}

/**
 * Brings a task's files into a store, several at a time. What a manifest knows and what still has its hash is not
 * fetched again. Throws StoreError, the signal's reason, or what is not a loss; what was kept by then stays.
 */
export async function storeInputs(request: StoreInputsRequest): Promise<StoredInputs> {
  const manifest = await openManifest(request.place, (name) => keyIn(request.folder, name));
  const result = { fetched: 0, kept: 0, losses: [] as { input: WantedInput; name: string; why: string }[] };
  await inParallel(request.parallel, request.files, async (file) => {
    request.signal.throwIfAborted();
    try {
      const isNew = await storeOne(file, manifest, request);
      result[isNew ? 'fetched' : 'kept'] += 1;
      request.onFile?.(file.name, isNew ? 'fetched' : 'there');
    } catch (error) {
      request.signal.throwIfAborted();
      const isTaken = error instanceof NameTaken;
      if (!isTaken && !(error instanceof NoAddress) && !request.isPermanent(error)) throw error;
      result.losses.push({ input: file.input, name: file.name, why: (error as Error).message });
    }
  });
  return result;
}

/** A key of the store for a name in a task's folder. */
export function keyIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

class NameTaken extends Error {}
class NoAddress extends Error {}

/** Says whether it had to be fetched. */
async function storeOne(file: InputToStore, manifest: InputManifest, request: StoreInputsRequest): Promise<boolean> {
  const { input, name, bytes } = file;
  const standing = await manifest.stateOf({ id: input.id, name, bytes });
  if (standing === 'same') return false;
  if (standing === 'foreign' && request.overwrite !== true) {
    throw new NameTaken('Something that extpost did not write has this name. Move it away, or say --overwrite.');
  }
  const part = path.join(request.workFolder, randomUUID());
  try {
    const downloaded = await fetchTo(part, input, request);
    const { md5, sha256 } = downloaded;
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
  const persist = request.withRetries ?? (<T>(act: () => Promise<T>): Promise<T> => act());
  for (let refused = 0; ; refused += 1) {
    const url = await request.addressOf(input, refused > 0);
    if (url === undefined) throw new NoAddress('Creative Force gives no address for it.');
    try {
      return await persist(() => download(part, url, request));
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
      // Another attempt of this run goes on where the last one broke off.
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

/**
 * Whether an address was refused: it expires after 12 hours or less (docs/reference/creative-force.md#file-addresses),
 * and a page instead of a file is what some stores say then.
 */
export function isExpiredAddress(error: unknown): boolean {
  if (!(error instanceof RemoteCallError)) return false;
  return ['unauthorized', 'forbidden', 'not found'].includes(error.kind) || error.code === 'HTML';
}

/** The first error stops all, and is thrown when all stand still. */
async function inParallel<T>(count: number, items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const item of waiting) {
      if (hasFailed) return;
      try {
        await act(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: count }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
