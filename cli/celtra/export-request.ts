import type { ExportRequest } from '../../clients';
import { openStudioCeltra, type StudioCeltra } from './studio-celtra';
import { filtersOf, type FilterFlags } from './filter-flags';
import type { RequestedFormat } from './format-flags';

/** The switches that both commands take: which outputs are meant, and in which format. */
export interface ExportFlags extends FilterFlags {
  readonly config: string;
  readonly undocumentedOperators?: true;
  readonly image?: RequestedFormat;
  readonly video?: RequestedFormat;
  readonly html?: RequestedFormat;
}

/** Whom to ask and what. Whether it may be sent is for the client to say. Throws ConfigError or CommandError. */
export async function readExportRequest(
  studioName: string,
  flags: ExportFlags,
): Promise<{ studio: StudioCeltra; request: ExportRequest }> {
  const asked = [flags.image, flags.video, flags.html].flatMap((each) => each ?? []);
  const filters = await filtersOf(flags);
  const studio = await openStudioCeltra(flags.config, studioName, {
    undocumentedOperators: flags.undocumentedOperators === true,
    assetFormats: asked.flatMap(({ undocumented }) => undocumented),
  });
  const assetFormats = asked.reduce<RequestedFormat['formats']>((all, { formats }) => ({ ...all, ...formats }), {});
  return { studio, request: { filters, ...(asked.length > 0 && { assetFormats }), caller: studio.caller } };
}
