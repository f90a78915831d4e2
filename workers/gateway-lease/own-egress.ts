import type { ExtpostConfig } from '../../config';

/** The name of this worker's network address; `undefined` where there is one for all. Throws where there are several and none is named. */
export function ownEgress({
  egress,
  egresses,
}: Pick<ExtpostConfig['worker'], 'egress' | 'egresses'>): string | undefined {
  if (egress !== undefined || egresses.length === 0) return egress;
  throw new Error(
    `worker.egresses names the network addresses ${egresses.join(', ')}, but this worker does not say which one it uses: ` +
      'set worker.egress, or start it without the queue "gateway" (--queues).',
  );
}
