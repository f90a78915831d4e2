import { messageOf } from '../../domain/shared/text';
import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
import { forEachInParallel } from '../../domain/shared/for-each-in-parallel';
import { safeExtension } from '../../domain/shared/safe-name';
import { type ExportFolder, openExportFolder } from './export-folder';
import type { FileExport } from './export-to-file';
import { fetchFile, type FetchTools } from './fetch-file';
import { type FileNames, filesOf, nameFiles } from './file-names';
import { type MissingFile, type SettledOutput, settledOutputs } from './settled-outputs';

export interface FolderExport extends Omit<FileExport, 'kind' | 'path'> {
  readonly folder: string;
  readonly nameTemplate: string;
  /** Replace files that were not written by an export. */
  readonly overwrite: boolean;
  readonly parallel: number;
  readonly allowLoopback: boolean;
}

export interface FolderResult {
  readonly fetched: number;
  readonly kept: number;
  readonly bytes: number;
  readonly missing: readonly MissingFile[];
}

type FinishedAsset = CeltraAsset & { readonly url: string };

/** Keeps unchanged files of an earlier export. Throws the signal's reason; files that are complete by then stay. */
export async function exportToFolder(wanted: FolderExport): Promise<FolderResult> {
  const { client, request, outputs, progress, signal } = wanted;
  const names = nameFiles(outputs, wanted.nameTemplate);
  if (names.disambiguated > 0) {
    progress.log(`${names.disambiguated} files would share a name, so the beginning of the output's id is added.`);
  }
  const folder = await openExportFolder(wanted.folder);
  const result = { fetched: 0, kept: 0, bytes: 0, missing: [] as MissingFile[] };
  const total = outputs.reduce((sum, output) => sum + Math.max(1, filesOf(output).length), 0);
  const show = () => {
    progress.fetched(result.fetched + result.kept + result.missing.length, total, result.bytes);
  };
  const tools: FetchTools = {
    ...wanted,
    read: wanted.wait,
    onBytes: (more) => {
      result.bytes += more;
      show();
    },
  };
  const bring = async ([output, asset]: [CeltraOutput, FinishedAsset]) => {
    const outcome = await exportFile(output, asset, { wanted, names, folder, tools });
    if ('why' in outcome) result.missing.push(outcome);
    else if (outcome.isNew) result.fetched += 1;
    else result.kept += 1;
    show();
  };

  const settled = settledOutputs(client, request, outputs, {
    ...wanted.wait,
    signal,
    onPoll: (done, of) => {
      progress.rendered(done, of);
    },
  });
  try {
    await forEachInParallel(wanted.parallel, filesAsTheyCome(settled, result.missing), bring);
    return result;
  } finally {
    progress.finish();
    await folder.close();
  }
}

/** Collects what is missing and yields the files that can be fetched. */
async function* filesAsTheyCome(
  settled: AsyncIterable<SettledOutput>,
  missing: MissingFile[],
): AsyncGenerator<[CeltraOutput, FinishedAsset], void> {
  for await (const { output, files, missing: others } of settled) {
    missing.push(...others);
    for (const file of files) yield [output, file];
  }
}

interface FileExportContext {
  readonly wanted: FolderExport;
  readonly names: FileNames;
  readonly folder: ExportFolder;
  readonly tools: FetchTools;
}

async function exportFile(
  output: CeltraOutput,
  asset: FinishedAsset,
  { wanted, names, folder, tools }: FileExportContext,
): Promise<{ readonly isNew: boolean } | MissingFile> {
  const { outputId } = output;
  const found = names.nameOf({ outputId, assetKey: asset.key });
  if ('fault' in found) return { what: output.name ?? outputId, why: `It has no file name: ${found.fault}` };
  const name = withExtension(found.name, asset);
  const formats = JSON.stringify(wanted.request.assetFormats ?? {});
  const file = { name, outputId, assetKey: asset.key, blobHash: asset.blobHash, formats };
  try {
    const standing = await folder.stateOf(file);
    if (standing === 'same') {
      wanted.progress.log(`there     ${name}`);
      return { isNew: false };
    }
    if (standing === 'foreign' && !wanted.overwrite) {
      return { what: name, why: 'A file that no export wrote has this name. Move it away, or use --overwrite.' };
    }
    const part = folder.newPart();
    const { bytes, sha256 } = await fetchFile(output, asset, part, tools);
    await folder.keep(part, { ...file, bytes, sha256 });
    wanted.progress.log(`${standing === 'absent' ? 'fetched ' : 'replaced'}  ${name}`);
    return { isNew: true };
  } catch (error) {
    wanted.signal.throwIfAborted();
    return { what: name, why: messageOf(error) };
  }
}

function withExtension(name: string, asset: CeltraAsset): string {
  const extension = safeExtension(asset.extension);
  if (extension === undefined || name.toLowerCase().endsWith(`.${extension}`)) return name;
  return `${name}.${extension}`;
}
