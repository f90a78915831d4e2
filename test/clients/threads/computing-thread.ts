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
  // A thread that computes for ever is stopped in test/security/stopped-planning.test.ts.
  if (asked.kind === 'for ever') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  const kept: unknown[][] = [];
  // Arrays fill the heap of a thread with little work; one of more than 16 MiB would end the whole process, as Node cannot stop the thread in time.
  for (;;) kept.push(new Array<unknown>(1_000_000).fill(kept));
});
