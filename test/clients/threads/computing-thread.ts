import { serveThread } from '../../../clients/threads/timed-threads';

/** What the thread of these tests is asked to do. */
export type Work =
  | { readonly kind: 'echo'; readonly value: unknown }
  | { readonly kind: 'fail' }
  | { readonly kind: 'for ever' }
  | { readonly kind: 'much memory' };

serveThread((work) => {
  const asked = work as Work;
  if (asked.kind === 'echo') return asked.value;
  if (asked.kind === 'fail') throw new RangeError('out of range');
  const kept: number[][] = [];
  for (;;) if (asked.kind === 'much memory') kept.push(Array.from({ length: 100_000 }, (_, index) => index / 3));
});
