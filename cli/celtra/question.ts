import type { ExportRequest } from '../../clients';
import { celtraOfStudio, type StudioCeltra } from './celtra-of-studio';
import { filtersOf, type FilterFlags } from './filter-flags';
import type { AskedFormat } from './format-flags';

/** The switches that both commands take: which outputs are meant, and in which format. */
export interface QuestionFlags extends FilterFlags {
  readonly config: string;
  readonly undocumentedOperators?: true;
  readonly image?: AskedFormat;
  readonly video?: AskedFormat;
  readonly html?: AskedFormat;
}

/** Whom to ask and what. Whether it may be sent is for the client to say. Throws ConfigError or CommandError. */
export async function questionOf(
  studioName: string,
  flags: QuestionFlags,
): Promise<{ studio: StudioCeltra; request: ExportRequest }> {
  const asked = [flags.image, flags.video, flags.html].flatMap((each) => each ?? []);
  const filters = await filtersOf(flags);
  const studio = await celtraOfStudio(flags.config, studioName, {
    undocumentedOperators: flags.undocumentedOperators === true,
    assetFormats: asked.flatMap(({ undocumented }) => undocumented),
  });
  const assetFormats = asked.reduce<AskedFormat['formats']>((all, { formats }) => ({ ...all, ...formats }), {});
  return { studio, request: { filters, ...(asked.length > 0 && { assetFormats }), caller: studio.caller } };
}
