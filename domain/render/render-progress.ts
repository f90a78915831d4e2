import type { CeltraAsset, CeltraOutput } from './celtra-output';
import { formatDuration, summariseList } from '../shared/text';
import { truncatePollState, initialPollState, type RenderPollState, type RenderPolicy } from './render-poll-state';
import { deliverableAsset, toRenderedAsset, type RenderedAsset } from './rendered-asset';

export interface WantedOutput {
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly contentHash?: string | undefined;
}

/** The outputs to wait for, and the key of the asset to deliver (absent: the main asset). */
export interface WantedRenders {
  readonly outputs: readonly WantedOutput[];
  readonly asset?: string | undefined;
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
  const renders = new Map(before.rendered.map((asset) => [asset.outputId, asset]));
  const found = new Map(answer.map((output) => [output.outputId, output]));
  const errored: Record<string, number> = {};
  const missing: Record<string, number> = {};
  const failures: string[] = [];
  const waitingFor: string[] = [];
  for (const one of wanted.outputs) {
    const { outputId } = one;
    if (renders.has(outputId)) continue;
    const output = found.get(outputId);
    const errors = before.errored[outputId] ?? 0;
    if (output === undefined || isOtherVersion(one, output)) {
      missing[outputId] = (before.missing[outputId] ?? 0) + 1;
      if (errors > 0) errored[outputId] = errors;
      waitingFor.push(`${nameOf(one, output)} (not returned)`);
      continue;
    }
    const state = assetStateOf(output, wanted.asset);
    if (state.kind === 'finished') {
      renders.set(outputId, toRenderedAsset(outputId, state.asset));
      continue;
    }
    if (state.kind === 'pending') {
      if (errors > 0) errored[outputId] = errors;
      waitingFor.push(nameOf(one, output));
      continue;
    }
    errored[outputId] = errors + 1;
    waitingFor.push(`${nameOf(one, output)} (failed, requested again)`);
    if (errors >= rules.erroredAgain || isFinal(state.words, rules.finalErrors)) {
      failures.push(`${nameOf(one, output)} (output ${outputId}), ${state.words}`);
    }
  }
  const assets = wanted.outputs.flatMap(({ outputId }) => renders.get(outputId) ?? []);
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
  const gone = wanted.outputs.filter(({ outputId }) => (missing[outputId] ?? 0) > rules.missingAnswers);
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
        ? `it has no one picture, video or page to deliver; there is ${found}`
        : `it has no asset ${choice}; there is ${found}`;
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

function nameOf({ outputId, name }: WantedOutput, output: CeltraOutput | undefined): string {
  return output?.name ?? name ?? outputId;
}
