import { judgeCorrections, type CorrectionMemory } from '../../../domain/render/correction-progress';
import type { CurrentPixels } from '../../../domain/render/pixel-comparison';

const NOON = Date.parse('2026-01-01T12:00:00Z');
const settlingMs = 600_000;
const rejected = (isInferred: boolean) =>
  ['a', 'b'].map((key) => ({ expectedKey: key, outputId: key, contentHash: 'h1', blobHash: 'b1', isInferred }));
const same: Partial<CurrentPixels> = { contentHash: 'h1', blobHash: 'b1', isRendered: true };
const changed: Partial<CurrentPixels> = { contentHash: 'h2', blobHash: 'b2', isRendered: true };
const rendering: Partial<CurrentPixels> = { contentHash: 'h2', isRendered: false };

type Looks = Record<string, Partial<CurrentPixels>>;
const shown = (look: Looks) =>
  new Map(Object.entries(look).map(([key, pixels]) => [key, { outputId: key, isRendered: true, ...pixels }]));
const look = (isInferred: boolean, now: Looks, before?: CorrectionMemory, at = NOON) =>
  judgeCorrections(rejected(isInferred), shown(now), { now: at, settlingMs, before });

describe('corrections', () => {
  it.each<[string, boolean, Looks, boolean]>([
    ['of rejected outputs are ready when all have changed', false, { a: changed, b: changed }, true],
    ['of rejected outputs are not ready while one is as it was', false, { a: changed, b: same }, false],
    ['of rejected outputs are not ready while one is rendered', false, { a: changed, b: rendering }, false],
    ['of rejected outputs are not ready while one is missing', false, { a: changed }, false],
    ['of inferred outputs are ready at once when all have changed', true, { a: changed, b: changed }, true],
    ['of inferred outputs are not ready while none has changed', true, { a: same, b: same }, false],
    ['of inferred outputs settle first when some have changed', true, { a: changed, b: same }, false],
  ])('%s', (_what, isInferred, now, isReady) => {
    expect(look(isInferred, now).isReady).toBe(isReady);
  });

  it('of inferred outputs are those that have changed, once nothing has changed for the settling time', () => {
    const first = look(true, { a: changed, b: same });
    const second = look(true, { a: changed, b: same }, first.memory, NOON + settlingMs);
    expect([first.settlesAt, second]).toMatchObject([
      NOON + settlingMs,
      { isReady: true, changed: ['a'], unchanged: ['b'] },
    ]);
  });

  it('of inferred outputs settle anew when another one changes, or changes again', () => {
    const first = look(true, { a: changed, b: same });
    const again = { ...changed, blobHash: 'b3' };
    const second = look(true, { a: again, b: same }, first.memory, NOON + settlingMs);
    expect(second).toMatchObject({ isReady: false, settlesAt: NOON + 2 * settlingMs });
  });

  it('of inferred outputs wait for one that is being rendered, however long ago the others have changed', () => {
    const before = look(true, { a: changed, b: rendering }).memory;
    expect(look(true, { a: changed, b: rendering }, before, NOON + 2 * settlingMs).isReady).toBe(false);
  });

  it('of rejected and inferred outputs together need all that were rejected themselves', () => {
    const [a, b] = [rejected(false)[0], rejected(true)[1]];
    const both = [a, b].flatMap((one) => one ?? []);
    const at = { now: NOON, settlingMs: 0, before: undefined };
    expect(judgeCorrections(both, shown({ a: same, b: changed }), at).isReady).toBe(false);
    expect(judgeCorrections(both, shown({ a: changed, b: same }), at).isReady).toBe(true);
  });
});
