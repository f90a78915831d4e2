import type { Dispatcher } from 'undici';

import type { CeltraOutput } from '../../domain/celtra-output';
import type { AssetFormats, FilterLeaf, FilterTree } from '../../domain/recipe';
import { callJson, contractError, type HttpTools, type JsonCall } from '../http/call-json';
import { sharedDispatcher } from '../http/dispatcher';
import { RemoteCallError } from '../remote-call-error';
import { describeIssues } from '../wire';
import { faultsOfAssetFormats } from './asset-formats';
import { faultsOfFilters } from './filters';
import { findIgnoredFilter } from './honoured';
import { celtraOutputsSchema } from './output';

export interface CeltraSettings {
  /** E.g. `https://hub.celtra.io/api`; a slash at the end is allowed. */
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly secretKey: string;
  /** Milliseconds; defaults 60 s to the first byte, 30 s between bytes, 120 s in all (celtra.md B7). */
  readonly timeouts?: { headersMs?: number | undefined; bodyMs?: number | undefined; totalMs?: number | undefined };
  /** Default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

export interface CeltraTools {
  readonly dispatcher?: Dispatcher | undefined;
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** One saved version of a design file (celtra.md §8). */
export interface PinnedVersion {
  readonly id: string;
  readonly contentHash: string;
}

export interface ExportRequest {
  readonly filters: FilterTree;
  /** Never vary them between polls: the format is part of what is rendered (celtra.md §5). */
  readonly assetFormats?: AssetFormats | undefined;
  /** With these, the pins replace the filters (celtra.md §8.1 step 3). */
  readonly pinnedVersions?: readonly PinnedVersion[] | undefined;
  /** Only these outputs. */
  readonly outputIds?: readonly string[] | undefined;
  /** Names us to Celtra's support. */
  readonly caller: string;
}

/** One studio's calls of the Celtra Export API. */
export interface CeltraClient {
  /**
   * Asks for outputs, and by that starts their renders; asking again is how to poll (celtra.md §8). Safe to repeat.
   * Throws RemoteCallError: `refused` for filters that may not be sent, `contract` with the code `filter ignored` when
   * an output comes back that the filters exclude; or the signal's reason.
   */
  exportOutputs(request: ExportRequest, signal?: AbortSignal): Promise<CeltraOutput[]>;
}

export function createCeltraClient(settings: CeltraSettings, tools: CeltraTools = {}): CeltraClient {
  const url = new URL(`${new URL(settings.baseUrl).href.replace(/\/+$/, '')}/export`);
  // Base64 of id:secret, whatever the older pages print (celtra.md A1).
  const credential = Buffer.from(`${settings.applicationId}:${settings.secretKey}`, 'utf8').toString('base64');
  const http: HttpTools = {
    dispatcher: tools.dispatcher ?? sharedDispatcher(),
    timeouts: {
      headersMs: settings.timeouts?.headersMs ?? 60_000,
      bodyMs: settings.timeouts?.bodyMs ?? 30_000,
      totalMs: settings.timeouts?.totalMs ?? 120_000,
    },
    maxBodyBytes: settings.maxBodyBytes ?? 64 * 1024 * 1024,
    now: tools.now ?? Date.now,
  };

  return {
    async exportOutputs(request, signal) {
      const filters = filtersToSend(request);
      refuseFaults([...faultsOfFilters(filters), ...faultsOfAssetFormats(request.assetFormats ?? {})]);
      const call: JsonCall = {
        system: 'Celtra',
        endpoint: 'POST /export',
        method: 'POST',
        url,
        headers: {
          authorization: `Basic ${credential}`,
          'content-type': 'application/json; charset=utf-8',
        },
        body: JSON.stringify({
          filters,
          ...(request.assetFormats !== undefined && { assetFormats: request.assetFormats }),
          caller: request.caller,
        }),
        // A repeated export neither starts over nor costs anything.
        effect: 'read',
        secrets: [credential, settings.secretKey],
        advice: {
          unauthorized: 'Check applicationId and secretKey against the API app in Celtra.',
          forbidden:
            'The API app’s user may not export at least one of the outputs asked for: check its access to the project, and that the app has Write Access.',
        },
        signal,
      };
      const { json, status } = await callJson(call, http);
      const parsed = celtraOutputsSchema.safeParse(json);
      if (!parsed.success) {
        const what = `sent something that extpost does not understand (${describeIssues(parsed.error)})`;
        throw contractError(call, what, { status, text: JSON.stringify(json) });
      }
      const ignored = findIgnoredFilter(filters, json as readonly unknown[]);
      if (ignored !== undefined) {
        const what = `returned output ${ignored.outputId.slice(0, 100)}, which the filter ${ignored.path} excludes, so it may have ignored that filter`;
        throw contractError(call, what, { status, code: 'filter ignored' });
      }
      return parsed.data;
    },
  };
}

/** The tree that is sent: the recipe's filters, or the pinned versions instead; narrowed to chosen outputs. */
function filtersToSend({ filters, pinnedVersions, outputIds }: ExportRequest): FilterTree {
  const isPinned = pinnedVersions !== undefined && pinnedVersions.length > 0;
  const base: FilterTree = isPinned
    ? { designFile: { version: pinnedVersions.map(({ id, contentHash }) => ({ id, contentBlobHash: contentHash })) } }
    : filters;
  if (outputIds === undefined) return base;
  const output = base['output'];
  const others = output === undefined || isLeaf(output) ? {} : output;
  return { ...base, output: { ...others, id: [...outputIds] } };
}

function isLeaf(node: FilterTree | readonly FilterLeaf[]): node is readonly FilterLeaf[] {
  return Array.isArray(node);
}

function refuseFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, 5).join('; ');
  const more = faults.length > 5 ? `; and ${faults.length - 5} more` : '';
  throw new RemoteCallError(
    `The request was not sent to Celtra: ${shown}${more}. Correct the recipe's celtra section.`,
    {
      system: 'Celtra',
      endpoint: 'POST /export',
      kind: 'refused',
      code: 'not sent',
      mayHaveActed: false,
    },
  );
}
