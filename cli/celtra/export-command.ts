import { counted } from '../../domain/words';
import { CommandError, exitCodes } from '../exit-codes';
import { exportToFile, checkFilePlace, type FileKind } from './export-to-file';
import { exportToFolder } from './export-to-folder';
import { checkNameTemplate } from './file-names';
import { byHand } from './by-hand';
import { lossesError } from './losses';
import { persist } from './persist';
import { createProgress, sizeInWords } from './progress';
import { questionOf, type QuestionFlags } from './question';

export interface ExportOptions extends QuestionFlags {
  readonly to?: string;
  readonly zip?: string;
  readonly tsv?: string;
  readonly withAssets?: true;
  readonly name: string;
  readonly overwrite?: true;
  readonly parallel?: number;
}

/** `extpost celtra export`: progress goes to stderr, one line of what became of it to stdout. */
export async function exportFiles(studioName: string, options: ExportOptions): Promise<void> {
  const target = targetOf(options);
  if ('folder' in target) checkNameTemplate(options.name);
  else await checkFilePlace(target.file);
  const { studio, request } = await questionOf(studioName, options);
  const { client, maxBytes, allowLoopback, wait } = studio;
  await byHand(async (signal) => {
    const outputs = await persist(() => client.exportOutputs(request, signal), { signal });
    if (outputs.length === 0) {
      console.error('No output answers these filters.');
      return;
    }
    const progress = createProgress(process.stderr);
    const common = { client, request, outputs, maxBytes, allowLoopback, wait, progress, signal };
    if ('folder' in target) {
      const { fetched, kept, bytes, losses } = await exportToFolder({
        ...common,
        folder: target.folder,
        nameTemplate: options.name,
        overwrite: options.overwrite === true,
        parallel: options.parallel ?? studio.transfersInParallel,
      });
      const got = `${counted(fetched, 'file')} fetched (${sizeInWords(bytes)}), ${kept} already there`;
      console.log(`${target.folder}: ${got}, ${losses.length} missing.`);
      if (losses.length > 0) throw lossesError(losses);
    } else {
      const {
        path,
        bytes,
        outputs: whole,
        losses,
      } = await exportToFile({ ...common, path: target.file, kind: target.kind });
      if (path !== undefined)
        console.log(`${path}: ${counted(whole, 'output')} (${sizeInWords(bytes)}), ${losses.length} missing.`);
      if (losses.length > 0) throw lossesError(losses);
    }
  });
}

type Target = { readonly folder: string } | { readonly file: string; readonly kind: FileKind };

function targetOf({ to, zip, tsv, withAssets }: ExportOptions): Target {
  if (withAssets === true && tsv === undefined)
    throw new CommandError('--with-assets goes with --tsv.', exitCodes.wrongUse);
  if (to !== undefined) return { folder: to };
  if (zip !== undefined) return { file: zip, kind: 'zip' };
  if (tsv !== undefined) return { file: tsv, kind: withAssets === true ? 'tsv with assets' : 'tsv' };
  throw new CommandError('Say where to: --to FOLDER, --zip FILE or --tsv FILE.', exitCodes.wrongUse);
}
