import { contentHash } from '../shared/content-hash';
import { comparePixels, type CurrentPixels, type PixelIdentity } from './pixel-comparison';

/** What one look at Celtra leaves for the next one. */
export interface CorrectionMemory {
  /** Identifies all pixels, as Celtra shows them. */
  readonly pixels: string;
  /** Since when they have been as they are; Unix milliseconds. */
  readonly since: number;
  /** How often they have been looked at since. */
  readonly looks: number;
  /** How often they have been looked at while something was being rendered. */
  readonly rendering: number;
}

/** How far corrections are; the lists are keys of expected outputs. */
export interface CorrectionProgress {
  readonly changed: readonly string[];
  readonly rendering: readonly string[];
  readonly unchanged: readonly string[];
  /** Whether the corrections can go out. */
  readonly isReady: boolean;
  /** When they can go out if nothing changes any more; Unix milliseconds. */
  readonly settlesAt?: number | undefined;
  readonly memory: CorrectionMemory;
}

/**
 * Outputs that were rejected themselves are all waited for. Where nothing says which were, those that have changed are the
 * corrections, once nothing has changed for `settlingMs` (docs/reference/assumptions.md#corrections). `now`: Unix milliseconds.
 */
export function judgeCorrections(
  rejected: readonly PixelIdentity[],
  shown: ReadonlyMap<string, CurrentPixels>,
  { now, settlingMs, before }: { now: number; settlingMs: number; before: CorrectionMemory | undefined },
): CorrectionProgress {
  const verdicts = rejected.map((pixels) => {
    const current = shown.get(pixels.expectedKey);
    return { pixels, verdict: current === undefined ? 'same' : comparePixels(pixels, current) };
  });
  const keysOf = (wanted: (typeof verdicts)[number]['verdict']): string[] =>
    verdicts.flatMap(({ pixels, verdict }) => (verdict === wanted ? pixels.expectedKey : []));
  const [changed, rendering, unchanged] = [keysOf('changed'), keysOf('rendering'), keysOf('same')];
  const memory = remember(rejected, shown, { now, before, isRendering: rendering.length > 0 });
  const isOpen = verdicts.some(
    ({ pixels, verdict }) => verdict === 'rendering' || (verdict === 'same' && !pixels.isInferred),
  );
  const progress = { changed, rendering, unchanged, memory };
  if (isOpen || changed.length === 0) return { ...progress, isReady: false };
  const settlesAt = unchanged.length === 0 ? now : memory.since + settlingMs;
  return { ...progress, settlesAt, isReady: settlesAt <= now };
}

function remember(
  rejected: readonly PixelIdentity[],
  shown: ReadonlyMap<string, CurrentPixels>,
  { now, before, isRendering }: { now: number; before: CorrectionMemory | undefined; isRendering: boolean },
): CorrectionMemory {
  const pixels = contentHash(
    rejected.map(({ expectedKey }) => {
      const { outputId, contentHash: version, blobHash } = shown.get(expectedKey) ?? {};
      return { expectedKey, outputId, version, blobHash };
    }),
  );
  const rendering = isRendering ? (before?.rendering ?? 0) + 1 : 0;
  return before?.pixels === pixels
    ? { ...before, looks: before.looks + 1, rendering }
    : { pixels, since: now, looks: 0, rendering };
}
