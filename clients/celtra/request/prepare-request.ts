import { isRecord, type Fields } from '../../record';
import { RemoteCallError } from '../../remote-call-error';
import type { FilterInput } from '../filters/filter-tree';
import { normalizeTimestamps } from '../filters/timestamps';
import { validateFilters } from '../filters/validate-filters';
import type { CeltraSettings } from '../settings';
import { validateAssetFormats, type ExportFormats } from './asset-formats';

/** A saved version of a design file (docs/reference/celtra.md#version-pins). */
export interface PinnedVersion {
  readonly id: string;
  readonly contentHash: string;
}

export interface ExportRequest {
  readonly filters: FilterInput;
  /** Must be the same in every poll, because renders depend on it (docs/reference/celtra.md#asset-formats). */
  readonly assetFormats?: ExportFormats | undefined;
  readonly pinnedVersions?: readonly PinnedVersion[] | undefined;
  /** Restricts the filters to these outputs. */
  readonly outputIds?: readonly string[] | undefined;
  readonly caller: string;
}

export interface FileRequest extends ExportRequest {
  /** A name without an extension; Celtra's default is `export`. */
  readonly filename?: string | undefined;
}

/** `urls`: a table with links; `paths`: an archive with table and assets (docs/reference/celtra.md#archives). */
export interface TableRequest extends FileRequest {
  readonly responseFormat: 'urls' | 'paths';
}

export interface PreparedRequest {
  /** The filters that outputs are checked against. */
  readonly filters: object;
  readonly body: string;
  /** The body without the caller: equal questions have equal answers. */
  readonly question: string;
}

/** Validates a request and encodes its body; throws a `refused` RemoteCallError for an invalid one. */
export function prepareRequest(
  request: FileRequest & Partial<TableRequest>,
  endpoint: string,
  settings: CeltraSettings,
): PreparedRequest {
  const filters = normalizeTimestamps(filtersToSend(request), settings.timeZone ?? 'UTC');
  const faults = [
    ...validateFilters(filters, settings),
    ...validateAssetFormats(request.assetFormats ?? {}, settings.extraAssetFormats),
    ...(request.caller.trim() === '' ? ['caller is empty, and Celtra’s support finds our calls by it'] : []),
    ...validateFileName(request.filename),
  ];
  if (faults.length > 0) throw invalidRequestError(faults, endpoint);
  const { assetFormats, filename, responseFormat, caller } = request;
  const question = {
    filters: settings.outputFilters === 'under designFile' ? outputUnderDesignFile(filters) : filters,
    ...(assetFormats !== undefined && Object.keys(assetFormats).length > 0 && { assetFormats }),
    ...(filename !== undefined && { filename }),
    ...(responseFormat !== undefined && {
      responseFormat: responseFormat === 'paths' ? (settings.tableWithAssets ?? 'paths') : responseFormat,
    }),
  };
  return { filters, body: JSON.stringify({ ...question, caller }), question: JSON.stringify(question) };
}

/** The recipe's filters, or the pinned versions instead; restricted to chosen outputs. */
function filtersToSend({ filters, pinnedVersions, outputIds }: ExportRequest): Fields {
  const isPinned = pinnedVersions !== undefined && pinnedVersions.length > 0;
  const base: Fields = isPinned
    ? { designFile: { version: pinnedVersions.map(({ id, contentHash }) => ({ id, contentBlobHash: contentHash })) } }
    : { ...filters };
  if (outputIds === undefined) return base;
  const output = base['output'];
  return { ...base, output: { ...(isRecord(output) ? output : {}), id: [...outputIds] } };
}

/** The place that Celtra's types name, unlike its examples (docs/reference/celtra.md#ignored-filters). */
function outputUnderDesignFile({ output, ...others }: Fields) {
  const designFile = others['designFile'];
  // A list of alternatives has no place for it.
  if (output === undefined || Array.isArray(designFile)) return { ...others, ...(output !== undefined && { output }) };
  return { ...others, designFile: { ...(isRecord(designFile) ? designFile : {}), output } };
}

function validateFileName(filename: string | undefined): string[] {
  if (filename === undefined || (filename.trim() !== '' && !/[\p{Cc}\\/]/u.test(filename))) return [];
  return ['filename must be a plain name: not empty, without slashes and control characters'];
}

function invalidRequestError(faults: readonly string[], endpoint: string): RemoteCallError {
  const shown = faults.slice(0, 5).join('; ');
  const more = faults.length > 5 ? `; and ${faults.length - 5} more` : '';
  return new RemoteCallError(
    `The request was not sent to Celtra: ${shown}${more}. Correct the filters, the asset formats or the recipe's celtra section.`,
    { system: 'Celtra', endpoint, kind: 'refused', code: 'not sent', mayHaveActed: false },
  );
}
