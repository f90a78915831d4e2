import type { ExportRequest } from '../../clients';
import { loadConfig } from '../../config';
import { pluralise } from '../../domain/shared/text';
import { usageError } from '../exit-codes';
import { retryTransient } from '../shared/retry';
import { runInterruptible } from '../shared/signals';
import { openStudioClients, type StudioClients } from '../shared/studio-clients';
import { createExportProgress, formatBytes, missingFilesError } from './export-progress';
import { checkFilePlace, exportToFile, type FileKind } from './export-to-file';
import { exportToFolder } from './export-to-folder';
import { checkNameTemplate } from './file-names';
import { type FilterFlags, filtersOf } from './filter-flags';
import type { RequestedFormat } from './format-flags';

export interface ExportOptions extends ExportFlags {
  readonly to?: string;
  readonly zip?: string;
  readonly tsv?: string;
  readonly withAssets?: true;
  readonly name: string;
  readonly overwrite?: true;
  readonly parallel?: number;
}

/** `extpost celtra export`: progress goes to stderr, one line with the result to stdout. */
export async function exportFiles(studioName: string, options: ExportOptions): Promise<void> {
  const target = targetOf(options);
  if ('folder' in target) checkNameTemplate(options.name);
  else await checkFilePlace(target.file);
  const { studio, request } = await readExportRequest(studioName, options);
  const { celtra: client, maxBytes, allowLoopback, wait } = studio;
  await runInterruptible(async (signal) => {
    const outputs = await retryTransient(() => client.exportOutputs(request, signal), { signal });
    if (outputs.length === 0) {
      console.error('No output matches these filters.');
      return;
    }
    const progress = createExportProgress(process.stderr);
    const common = { client, request, outputs, maxBytes, allowLoopback, wait, progress, signal };
    if ('folder' in target) {
      const { fetched, kept, bytes, missing } = await exportToFolder({
        ...common,
        folder: target.folder,
        nameTemplate: options.name,
        overwrite: options.overwrite === true,
        parallel: options.parallel ?? studio.transfersInParallel,
      });
      const got = `${pluralise(fetched, 'file')} fetched (${formatBytes(bytes)}), ${kept} already there`;
      console.log(`${target.folder}: ${got}, ${missing.length} missing.`);
      if (missing.length > 0) throw missingFilesError(missing);
    } else {
      const result = await exportToFile({ ...common, path: target.file, kind: target.kind });
      const { path, bytes, missing } = result;
      const got = `${pluralise(result.outputs, 'output')} (${formatBytes(bytes)})`;
      if (path !== undefined) console.log(`${path}: ${got}, ${missing.length} missing.`);
      if (missing.length > 0) throw missingFilesError(missing);
    }
  });
}

type Target = { readonly folder: string } | { readonly file: string; readonly kind: FileKind };

function targetOf({ to, zip, tsv, withAssets }: ExportOptions): Target {
  if (withAssets === true && tsv === undefined) throw usageError('--with-assets needs --tsv.');
  if (to !== undefined) return { folder: to };
  if (zip !== undefined) return { file: zip, kind: 'zip' };
  if (tsv !== undefined) return { file: tsv, kind: withAssets === true ? 'tsv with assets' : 'tsv' };
  throw usageError('Choose a destination: --to FOLDER, --zip FILE or --tsv FILE.');
}

export interface ExportFlags extends FilterFlags {
  readonly config: string;
  readonly undocumentedOperators?: true;
  readonly image?: RequestedFormat;
  readonly video?: RequestedFormat;
  readonly html?: RequestedFormat;
}

/** Creates the clients and the request from the options. Throws ConfigError or CommandError. */
export async function readExportRequest(
  studioName: string,
  flags: ExportFlags,
): Promise<{ studio: StudioClients; request: ExportRequest }> {
  const asked = [flags.image, flags.video, flags.html].flatMap((each) => each ?? []);
  const filters = await filtersOf(flags);
  const config = await loadConfig({ path: flags.config, needs: ['celtra'] });
  const studio = openStudioClients(config, studioName, flags.config, {
    undocumentedOperators: flags.undocumentedOperators === true,
    showsCeltra: true,
    extraAssetFormats: asked.flatMap(({ undocumented }) => undocumented),
  });
  const caller = `${studio.settings.celtra.caller} ${studioName}/by hand`;
  const assetFormats = asked.reduce<RequestedFormat['formats']>((all, { formats }) => ({ ...all, ...formats }), {});
  return { studio, request: { filters, ...(asked.length > 0 && { assetFormats }), caller } };
}
