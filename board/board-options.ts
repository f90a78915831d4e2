import type { Logger } from 'pino';

import type { Store } from '../clients';
import type { ExtpostConfig } from '../config';
import type { TemporalConnection } from '../temporal';
import type { ChosenLogin } from './login/choose-login';
import type { PictureReader } from './pictures/read-pictures';
import type { RecipePlanner } from './recipes/recipe-planner';
import type { ReadSavedTask } from './recipes/saved-tasks';

export interface BoardOptions {
  readonly config: Pick<ExtpostConfig, 'board' | 'studios' | 'sweep' | 'worker'>;
  /** How people log in; absent means as the configuration says. */
  readonly login?: ChosenLogin | undefined;
  readonly temporal: TemporalConnection;
  readonly pictures: PictureReader;
  readonly savedTasks: ReadSavedTask;
  /** Plans with recipes; absent means by threads of its own. */
  readonly recipePlanner?: RecipePlanner | undefined;
  /** Where files go that people upload to be delivered. */
  readonly uploads: Pick<Store, 'place' | 'put'>;
  /** Where the codec server is, and a key that it shares; absent when nothing is encrypted. */
  readonly codec?: { readonly url: string; readonly encryptionKey: string } | undefined;
  readonly logger: Logger;
}
