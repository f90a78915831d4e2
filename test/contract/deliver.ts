import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';

import type { CreativeForceClient, RemoteCallError, UploadAddress } from '../../clients';
import { uploadFile } from '../../clients/transfer/upload';
import type { SubmittedAsset } from '../../domain/delivery/verdict';
import { dueSet } from '../../domain/task/due-set';
import { deliveredFileName, type ShotOutput } from '../../domain/task/expected-output';
import type { OutputSpec, TaskReference } from '../../domain/task/task';

export interface MadeFile {
  readonly fileName: string;
  readonly content: Buffer;
  readonly md5: string;
}

/** How an asset that is not known yet is refused (docs/reference/creative-force.md#refusals). */
const NOT_KNOWN_YET = '24';

/** What is due of a task in this round, with a plain picture for each as its spec asks. */
export async function makeFiles(client: CreativeForceClient, reference: TaskReference) {
  const task = await client.readTask(reference);
  const due = dueSet(task, await client.readAnnotations(reference));
  const specIds = [...new Set(due.flatMap(({ expected }) => expected.specId ?? []))];
  const specs = await client.readSpecs(reference.contentCreationType, specIds);
  const specOf = new Map(specs.found.map((spec) => [spec.specId, spec]));
  const files = await Promise.all(
    due.map(async (output) => {
      const spec = output.expected.specId === undefined ? undefined : specOf.get(output.expected.specId);
      return { output, file: await pictureFor(output, spec) };
    }),
  );
  return { workspaceId: task.workspace.id, files };
}

async function pictureFor({ expected }: ShotOutput, spec: OutputSpec | undefined): Promise<MadeFile> {
  const fileName = deliveredFileName({ expected, spec, renderExtension: 'jpg' });
  const blank = sharp({
    create: { width: spec?.width ?? 64, height: spec?.height ?? 64, channels: 3, background: '#808080' },
  });
  const format = /\.png$/i.test(fileName) ? 'png' : /\.tiff?$/i.test(fileName) ? 'tiff' : 'jpeg';
  const content = await blank.toFormat(format).toBuffer();
  return { fileName, content, md5: createHash('md5').update(content).digest('hex') };
}

/** Asks for addresses for files, all in one call; their local ids are their numbers from 1. */
export function askAddresses(client: CreativeForceClient, workspaceId: string, files: readonly MadeFile[]) {
  return client.requestUploadAddresses({
    workspaceId,
    files: files.map(({ fileName, content, md5 }, index) => ({
      localId: String(index + 1),
      fileName,
      bytes: content.length,
      md5,
    })),
  });
}

/** Puts one file where it was promised a place. */
export async function put(address: UploadAddress, { fileName, content, md5 }: MadeFile): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-contract-'));
  try {
    const file = path.join(folder, path.basename(fileName));
    await writeFile(file, content);
    const { url, headers } = address;
    await uploadFile({ url, headers, path: file, bytes: content.length, md5, allowLoopback: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Makes and uploads all that is due; what is left is to submit it. */
export async function prepare(client: CreativeForceClient, reference: TaskReference): Promise<SubmittedAsset[]> {
  const { workspaceId, files } = await makeFiles(client, reference);
  const { addresses, refused } = await askAddresses(
    client,
    workspaceId,
    files.map(({ file }) => file),
  );
  if (refused.length > 0) throw new Error(`No address: ${refused.map(({ message }) => message).join('; ')}`);
  return Promise.all(
    files.map(async ({ output: { expected }, file }, index) => {
      const address = addresses.find(({ localId }) => localId === String(index + 1));
      if (address === undefined) throw new Error(`No address for ${file.fileName}.`);
      await put(address, file);
      const { shotId, specId, variant } = expected;
      return { shotId, specId, variant, assetId: address.assetId };
    }),
  );
}

/** Submits, again and again while the uploaded assets are not known yet, for at most two minutes. */
export async function submitWhenKnown(
  client: CreativeForceClient,
  reference: TaskReference,
  assets: readonly SubmittedAsset[],
): Promise<void> {
  const giveUpAt = Date.now() + 120_000;
  for (;;) {
    try {
      await client.submitAssets(reference, assets);
      return;
    } catch (error) {
      const isEarly = String((error as RemoteCallError).code) === NOT_KNOWN_YET;
      if (!isEarly || Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
