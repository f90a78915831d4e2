import type { Logger } from 'pino';

import type { ExtpostConfig } from '../config';
import type { TemporalConnection } from '../temporal';

export interface BoardOptions {
  readonly config: Pick<ExtpostConfig, 'board' | 'studios' | 'sweep'>;
  readonly temporal: TemporalConnection;
  readonly logger: Logger;
}
