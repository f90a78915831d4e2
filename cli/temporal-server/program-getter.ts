import type { ProgressOutput } from './progress';

/** What a getter is given. */
export interface GetterContext extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  /** An empty folder on the cache's own disk; gone afterwards. */
  readonly stagingFolder: string;
}

/** One way to get a server program that is not on this machine yet. */
export interface ProgramGetter {
  readonly from: 'download' | 'build';
  /** As it stands in the list of a NoTemporalServerError. */
  readonly way: string;
  /** Names its folder in the cache: changes when what it would fetch changes. */
  readonly cacheKey: string;
  /** The path of the program, inside the staging folder. Throws a {@link CannotGetError}. */
  readonly get: (context: GetterContext) => Promise<string>;
}

/** A way that does not work here; the message is the reason. */
export class CannotGetError extends Error {
  override readonly name = 'CannotGetError';
}
