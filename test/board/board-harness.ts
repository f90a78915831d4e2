import pino from 'pino';

import type { BoardOptions } from '../../board/board-options';
import type { ChosenLogin } from '../../board/login/choose-login';
import { noPictures } from '../../board/pictures/read-pictures';
import type { TemporalConnection } from '../../temporal';

/** As if a proxy said with each request that Ann asks, who may act. */
const annIsThere: ChosenLogin = {
  method: {
    kind: 'proxy headers',
    read: () => ({ outcome: 'known', person: { identity: 'ann@studio.example', groups: ['coordinators'] } }),
  },
  rules: { look: [], act: ['coordinators'] },
};

/** A board with these settings, and a Temporal that does not answer unless `temporal` is given. */
export function boardOptions(
  board: Partial<BoardOptions['config']['board']>,
  temporal: Partial<TemporalConnection> = {},
): BoardOptions & { readonly login: ChosenLogin } {
  return {
    login: annIsThere,
    config: {
      board: { host: '127.0.0.1', port: 0, trustedProxies: [], maxUploadBytes: 1_000_000, ...board },
      studios: {},
      sweep: { every: 300_000, alarmAfter: 1_800_000 },
      worker: { gatewayRequestsPerSecond: 15, egresses: [], spool: { maxBytes: 5_000_000_000 } },
    } as unknown as BoardOptions['config'],
    pictures: noPictures,
    savedTasks: () => Promise.resolve(undefined),
    uploads: { place: 'nowhere', put: () => Promise.reject(new Error('Nothing is stored in this test.')) },
    temporal: { isReachable: () => Promise.resolve(false), ...temporal } as TemporalConnection,
    logger: pino({ level: 'silent' }),
  };
}
