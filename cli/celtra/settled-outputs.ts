import { messageOf } from '../../domain/shared/text';
import { chunk } from '../../domain/shared/chunk';
import type { CeltraClient, ExportRequest, PinnedVersion } from '../../clients';
import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
import { backoffDelay, type Backoff } from '../../domain/shared/backoff';
import { filesOf } from './file-names';
import { delay, retryTransient } from '../shared/retry';

export interface MissingFile {
  /** The output, and the asset if it is about one. */
  readonly what: string;
  readonly why: string;
}

/** An output whose renders are finished or given up. */
export interface SettledOutput {
  readonly output: CeltraOutput;
  /** The finished files with their addresses, which are secrets. */
  readonly files: readonly (CeltraAsset & { readonly url: string })[];
  readonly missing: readonly MissingFile[];
}

export interface WaitSettings extends ReadSettings {
  readonly backoff: Backoff;
  /** In milliseconds, without the time of downloads. */
  readonly deadlineMs: number;
  /** How often a failed render is asked for again (docs/reference/celtra.md#render-retries), unless it is final. */
  readonly erroredAgain: number;
  readonly finalErrors: readonly string[];
  /** An output may be missing from this many answers (docs/reference/celtra.md#empty-answers). */
  readonly missingAnswers: number;
}

export interface ReadSettings {
  /** Whether the version that was seen first is named (docs/reference/celtra.md#version-pins). */
  readonly pinVersion: boolean;
  /** docs/reference/celtra.md#limits */
  readonly outputsPerRequest: number;
  /** Before the first repeat of a call that failed for the moment; each later wait is twice as long. */
  readonly firstWaitMs?: number | undefined;
}

interface WaitOptions extends WaitSettings {
  readonly signal: AbortSignal;
  readonly onPoll?: ((rendered: number, of: number) => void) | undefined;
}

interface OpenOutput {
  readonly output: CeltraOutput;
  readonly erroredPolls: number;
  readonly missedPolls: number;
}

/** Polls when the next output is requested, so that addresses do not pile up (docs/reference/celtra.md#rendering). */
export async function* settledOutputs(
  client: CeltraClient,
  request: ExportRequest,
  first: readonly CeltraOutput[],
  options: WaitOptions,
): AsyncGenerator<SettledOutput, void> {
  let open = new Map(first.map((output) => [output.outputId, { output, erroredPolls: 0, missedPolls: 0 }]));
  let waitedMs = 0;
  let answer: ExportAnswer = { outputs: first, refused: new Map() };
  for (let poll = 0; ; poll += 1) {
    const assessed = [...open.values()].map((each) => assess(each, answer, options));
    open = new Map(assessed.flatMap(({ open: left }) => (left === undefined ? [] : [[left.output.outputId, left]])));
    options.onPoll?.(first.length - open.size, first.length);
    yield* assessed.flatMap(({ settled }) => settled ?? []);
    if (open.size === 0) return;
    const wait = backoffDelay(options.backoff, poll);
    if (waitedMs + wait > options.deadlineMs) {
      const why = `Celtra has not rendered it within ${Math.round(waitedMs / 1000)} seconds; run the command again to continue waiting.`;
      yield* [...open.values()].map(({ output }) => settle(output, why));
      return;
    }
    await delay(wait, options.signal);
    waitedMs += wait;
    const left = [...open.values()].map(({ output }) => output);
    answer = await readAgain(client, request, left, options);
  }
}

interface ExportAnswer {
  readonly outputs: readonly CeltraOutput[];
  /** Why outputs could not be requested, by output id. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Requests these outputs again, in chunks, at the versions that were seen first. */
export async function readAgain(
  client: CeltraClient,
  request: ExportRequest,
  outputs: readonly CeltraOutput[],
  { signal, ...settings }: ReadSettings & { readonly signal: AbortSignal },
): Promise<ExportAnswer> {
  const found: CeltraOutput[] = [];
  const refused = new Map<string, string>();
  for (const part of chunksOf(outputs, settings)) {
    try {
      const narrowed = narrowedTo(request, part, settings);
      found.push(...(await retryTransient(() => client.exportOutputs(narrowed, signal), { ...settings, signal })));
    } catch (error) {
      signal.throwIfAborted();
      const why = messageOf(error);
      for (const { outputId } of part) refused.set(outputId, why);
    }
  }
  return { outputs: found, refused };
}

/** The same request for some of its outputs, at the versions that were seen first. */
export function narrowedTo<T extends ExportRequest>(
  request: T,
  outputs: readonly CeltraOutput[],
  { pinVersion }: Pick<ReadSettings, 'pinVersion'>,
): T {
  const pins = new Map<string, PinnedVersion>();
  for (const { designFile } of outputs) {
    const { id, contentHash } = designFile;
    if (pinVersion && contentHash !== undefined) pins.set(JSON.stringify([id, contentHash]), { id, contentHash });
  }
  const outputIds = outputs.map(({ outputId }) => outputId);
  return { ...request, outputIds, ...(pins.size > 0 && { pinnedVersions: [...pins.values()] }) };
}

/** Version pins replace the filters, so outputs without a known version are requested apart from those with one. */
function chunksOf(outputs: readonly CeltraOutput[], { outputsPerRequest }: ReadSettings): CeltraOutput[][] {
  return [true, false].flatMap((isPinned) =>
    chunk(
      outputs.filter(({ designFile }) => (designFile.contentHash !== undefined) === isPinned),
      outputsPerRequest,
    ),
  );
}

function assess(
  before: OpenOutput,
  answer: ExportAnswer,
  settings: WaitSettings,
): { open?: OpenOutput; settled?: SettledOutput } {
  const { outputId } = before.output;
  const refused = answer.refused.get(outputId);
  if (refused !== undefined) return { settled: settle(before.output, refused) };
  const output = answer.outputs.find((each) => each.outputId === outputId);
  if (output === undefined) {
    const missedPolls = before.missedPolls + 1;
    if (missedPolls <= settings.missingAnswers) return { open: { ...before, missedPolls } };
    const why = 'Celtra no longer returns it: the design has probably been changed; run the command again.';
    return { settled: settle(before.output, why) };
  }
  const files = filesOf(output);
  const isPending = files.some(({ status }) => status === 'pending');
  const errors = files.flatMap(({ status, error }) => (status === 'error' ? [error ?? ''] : []));
  const hasErrors = errors.length > 0;
  const isFinal = hasErrors && errors.every((error) => settings.finalErrors.includes(error));
  const erroredPolls = before.erroredPolls + (hasErrors ? 1 : 0);
  const isGivenUp = isFinal || (hasErrors && erroredPolls > settings.erroredAgain);
  if (isPending || (hasErrors && !isGivenUp)) return { open: { output, erroredPolls, missedPolls: 0 } };
  return { settled: settle(output, 'Celtra has not rendered it.') };
}

/** An output as it is now; `why` explains files that are still pending. */
function settle(output: CeltraOutput, why: string): SettledOutput {
  const all = filesOf(output);
  const name = output.name ?? output.outputId;
  const files = all.flatMap((asset) =>
    asset.status === 'finished' && asset.url !== undefined ? [{ ...asset, url: asset.url }] : [],
  );
  const missing = all.flatMap(({ key, status, error }): MissingFile[] => {
    if (status === 'finished') return [];
    const what = all.length > 1 ? `${name}, ${key}` : name;
    return [{ what, why: status === 'error' ? `Celtra could not render it: ${error ?? 'it gave no reason'}` : why }];
  });
  if (all.length > 0) return { output, files, missing };
  const keys = output.assets.map(({ key }) => key).join(', ');
  return {
    output,
    files,
    missing: [{ what: name, why: `It has no file to fetch${keys === '' ? '' : `, only ${keys}`}.` }],
  };
}
