import pino from 'pino';

import type { BoardOptions } from '../../board/board-options';
import type { TemporalConnection } from '../../temporal';

/** A board with these settings, and a Temporal that does not answer unless `temporal` is given. */
export function boardOptions(
  board: Partial<BoardOptions['config']['board']>,
  temporal: Partial<TemporalConnection> = {},
): BoardOptions {
  return {
    config: { board: { host: '127.0.0.1', port: 0, ...board }, studios: {}, sweep: { every: 300_000 } },
    temporal: { isReachable: () => Promise.resolve(false), ...temporal } as TemporalConnection,
    logger: pino({ level: 'silent' }),
  };
}
