import { candidateId } from '../plan/candidate-id';
import type { CeltraAsset, CeltraOutput } from './celtra-output';
import { formatDuration, summariseList } from '../shared/text';
import { truncatePollState, initialPollState, type RenderPollState, type RenderPolicy } from './render-poll-state';
import { deliverableAsset, toRenderedAsset, type RenderedAsset } from './rendered-asset';

export interface WantedOutput {
  readonly outputId: string;
  /** The asset to wait for, where several of an output count; absent: the recipe's. */
  readonly assetKey?: string | undefined;
  readonly name?: string | undefined;
  readonly contentHash?: string | undefined;
}

/** The outputs to wait for, and the key of the asset to deliver (absent: the main asset). */
export interface WantedRenders {
  readonly outputs: readonly WantedOutput[];
  readonly asset?: string | undefined;
  /** Names of text assets to keep with the render. */
  readonly texts?: readonly string[] | undefined;
}

export type RenderProgress =
  | { readonly kind: 'finished'; readonly assets: RenderedAsset[] }
  /** A render failed; `message` names output, asset and Celtra's message. */
  | { readonly kind: 'failed'; readonly message: string; readonly memory: RenderPollState }
  | { readonly kind: 'missing'; readonly outputs: readonly WantedOutput[]; readonly memory: RenderPollState }
  | { readonly kind: 'pending'; readonly memory: RenderPollState };

/**
 * Evaluates one answer of Celtra, which may contain only unfinished outputs. An output is finished when every relevant
 * asset has an address, whatever its own status (docs/reference/celtra.md#finished). A failed asset counts even if the
 * output is pending (docs/reference/celtra.md#status). An output of another version of the design counts as missing.
 */
export function evaluateRenders(
  wanted: WantedRenders,
  answer: readonly CeltraOutput[],
  rules: Pick<RenderPolicy, 'erroredAgain' | 'finalErrors' | 'missingAnswers'>,
  before: RenderPollState = initialPollState,
): RenderProgress {
  const renders = rendersById(before.rendered);
  const found = new Map(answer.map((output) => [output.outputId, output]));
  const errored: Record<string, number> = {};
  const missing: Record<string, number> = {};
  const failures: string[] = [];
  const waitingFor: string[] = [];
  for (const one of wanted.outputs) {
    const { outputId } = one;
    const id = candidateId(one);
    if (renders.has(id)) continue;
    const output = found.get(outputId);
    const errors = before.errored[id] ?? 0;
    if (output === undefined || isOtherVersion(one, output)) {
      missing[id] = (before.missing[id] ?? 0) + 1;
      if (errors > 0) errored[id] = errors;
      waitingFor.push(`${nameOf(one, output)} (not returned)`);
      continue;
    }
    const state = assetStateOf(output, one.assetKey ?? wanted.asset);
    if (state.kind === 'finished') {
      renders.set(id, toRenderedAsset(output, state.asset, wanted.texts));
      continue;
    }
    if (state.kind === 'pending') {
      if (errors > 0) errored[id] = errors;
      waitingFor.push(nameOf(one, output));
      continue;
    }
    errored[id] = errors + 1;
    waitingFor.push(`${nameOf(one, output)} (failed, requested again)`);
    if (errors >= rules.erroredAgain || isFinal(state.words, rules.finalErrors)) {
      failures.push(`${nameOf(one, output)} (output ${outputId}), ${state.words}`);
    }
  }
  const assets = wanted.outputs.flatMap((one) => renders.get(candidateId(one)) ?? []);
  if (assets.length === wanted.outputs.length) return { kind: 'finished', assets };
  const memory = truncatePollState({
    ...before,
    finished: assets.length,
    rendered: assets,
    waitingFor,
    errored,
    missing,
  });
  if (failures.length > 0) {
    return { kind: 'failed', memory, message: `Celtra could not render everything: ${summariseList(failures, '; ')}.` };
  }
  const gone = wanted.outputs.filter((one) => (missing[candidateId(one)] ?? 0) > rules.missingAnswers);
  return gone.length > 0 ? { kind: 'missing', outputs: gone, memory } : { kind: 'pending', memory };
}

export function renderProgressText(progress: {
  rendered: number;
  wanted: number;
  attempt: number;
  nextPollMs: number;
}): string {
  const next = `next poll in ${formatDuration(progress.nextPollMs)}`;
  return `${progress.rendered} of ${progress.wanted} rendered; attempt ${progress.attempt}; ${next}`;
}

export function renderDeadlineMessage(
  last: Pick<RenderPollState, 'finished' | 'waitingFor'>,
  wanted: number,
  deadlineMs: number,
): string {
  const rendered = `Celtra rendered ${last.finished} of ${wanted} creatives within ${formatDuration(deadlineMs)}`;
  return `${rendered}. Still pending: ${summariseList(last.waitingFor)}.`;
}

/** Finished renders by the ids of their outputs, and of their assets. */
export function rendersById(rendered: readonly RenderedAsset[]): Map<string, RenderedAsset> {
  return new Map(rendered.flatMap((asset) => [asset.outputId, candidateId(asset)].map((id) => [id, asset] as const)));
}

type AssetState =
  | { readonly kind: 'finished'; readonly asset: CeltraAsset }
  | { readonly kind: 'pending' }
  | { readonly kind: 'error'; readonly words: string };

/** Only the recipe's asset counts, or all assets except texts. */
function assetStateOf(output: CeltraOutput, choice: string | undefined): AssetState {
  const asset = deliverableAsset(output, choice);
  if (asset === undefined) {
    const found = output.assets.length === 0 ? 'no assets' : output.assets.map(({ key }) => key).join(', ');
    const words =
      choice === undefined
        ? `it has no single picture, video or page to deliver; it has ${found}`
        : `it has no asset ${choice}; it has ${found}`;
    return { kind: 'error', words };
  }
  const counting = choice === undefined ? output.assets.filter(({ type }) => type !== 'text') : [asset];
  const failed = counting.filter(({ status }) => status === 'error');
  if (failed.length > 0) {
    return {
      kind: 'error',
      words: failed.map(({ key, error }) => `asset ${key}: ${sanitisedError(error)}`).join('; '),
    };
  }
  const isWhole = ({ status, type, url }: CeltraAsset): boolean =>
    status === 'finished' && (Boolean(url) || type === 'other');
  return counting.every(isWhole) && asset.url ? { kind: 'finished', asset } : { kind: 'pending' };
}

function isOtherVersion({ contentHash }: WantedOutput, { designFile }: CeltraOutput): boolean {
  return contentHash !== undefined && designFile.contentHash !== undefined && contentHash !== designFile.contentHash;
}

function isFinal(words: string, finalErrors: readonly string[]): boolean {
  return finalErrors.some((text) => words.toLowerCase().includes(text.toLowerCase()));
}

/** Celtra's message, shortened and without addresses, which may be secrets. */
function sanitisedError(error: string | undefined): string {
  return (error ?? 'Celtra gave no reason').replaceAll(/https?:\/\/\S+/gi, '[address]').slice(0, 300);
}

function nameOf({ outputId, assetKey, name }: WantedOutput, output: CeltraOutput | undefined): string {
  if (assetKey !== undefined) return name ?? candidateId({ outputId, assetKey });
  return output?.name ?? name ?? outputId;
}
