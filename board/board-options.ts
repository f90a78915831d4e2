import type { Logger } from 'pino';

import type { ExtpostConfig } from '../config';
import type { TemporalConnection } from '../temporal';
import type { ChosenLogin } from './login/choose-login';

export interface BoardOptions {
  readonly config: Pick<ExtpostConfig, 'board' | 'studios' | 'sweep'>;
  /** How people log in; absent means as the configuration says. */
  readonly login?: ChosenLogin | undefined;
  readonly temporal: TemporalConnection;
  readonly logger: Logger;
}
