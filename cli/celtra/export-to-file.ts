import { access } from 'node:fs/promises';
import path from 'node:path';

import type { CeltraClient, ExportedFile, ExportRequest, FileRequest } from '../../clients';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { usageError } from '../exit-codes';
import { retryTransient } from '../shared/retry';
import { type ExportProgress, formatBytes } from './export-progress';
import { type MissingFile, narrowedTo, settledOutputs, type WaitSettings } from './settled-outputs';

/** `zip`: every asset in one archive; `tsv`: a table with links; `tsv with assets`: an archive with both. */
export type FileKind = 'zip' | 'tsv' | 'tsv with assets';

export interface FileExport {
  readonly client: CeltraClient;
  readonly request: ExportRequest;
  /** From the first request. */
  readonly outputs: readonly CeltraOutput[];
  readonly kind: FileKind;
  readonly path: string;
  readonly maxBytes: number;
  readonly wait: WaitSettings;
  readonly progress: ExportProgress;
  readonly signal: AbortSignal;
}

export interface FileResult {
  /** Path of the file; its extension is that of the content. Absent when nothing was rendered. */
  readonly path?: string | undefined;
  readonly bytes: number;
  readonly outputs: number;
  readonly missing: readonly MissingFile[];
}

/** Checks the folder before the request makes Celtra render. Throws CommandError. */
export async function checkFilePlace(file: string): Promise<void> {
  const folder = path.dirname(file);
  await access(folder).catch(() => {
    throw usageError(`The folder ${folder} for ${path.basename(file)} does not exist.`);
  });
}

/** Waits until all is rendered, then requests one file at the versions seen (docs/reference/celtra.md#archives). */
export async function exportToFile(wanted: FileExport): Promise<FileResult> {
  const { client, request, outputs, progress, signal } = wanted;
  const missing: MissingFile[] = [];
  const whole: CeltraOutput[] = [];
  const onPoll = (done: number, of: number) => {
    progress.rendered(done, of);
  };
  try {
    for await (const settled of settledOutputs(client, request, outputs, { ...wanted.wait, signal, onPoll })) {
      missing.push(...settled.missing);
      if (settled.missing.length === 0) whole.push(settled.output);
    }
    if (whole.length === 0) return { bytes: 0, outputs: 0, missing };
    const narrowed: FileRequest = {
      ...narrowedTo(request, whole, wanted.wait),
      filename: path.parse(wanted.path).name,
    };
    const saved = await retryTransient(() => save(narrowed, wanted), { signal });
    return { ...saved, outputs: whole.length, missing };
  } finally {
    progress.finish();
  }
}

async function save(request: FileRequest, wanted: FileExport): Promise<{ path: string; bytes: number }> {
  const { client, kind, progress, signal } = wanted;
  const file: ExportedFile =
    kind === 'zip'
      ? await client.exportToZip(request, signal)
      : await client.exportToTsv({ ...request, responseFormat: kind === 'tsv' ? 'urls' : 'paths' }, signal);
  const place = placeFor(wanted.path, file.kind);
  if (place !== wanted.path) progress.log(`Celtra sent a ${file.kind} file, so it is named ${path.basename(place)}.`);
  const { bytes } = await file.saveTo(place, { maxBytes: wanted.maxBytes });
  progress.log(`saved     ${place} (${formatBytes(bytes)})`);
  return { path: place, bytes };
}

/** Corrects the extension when Celtra sends another kind of file. */
function placeFor(asked: string, kind: ExportedFile['kind']): string {
  const { dir, name, ext } = path.parse(asked);
  const says = ext.toLowerCase();
  return (says === '.zip' || says === '.tsv') && says !== `.${kind}` ? path.join(dir, `${name}.${kind}`) : asked;
}
