import type { ProgressOutput } from '../../cli/shared/progress';

export interface FindOptions extends ProgressOutput {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends a download or a build; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Why something cannot be used. */
export interface Fault {
  readonly fault: string;
}

/** A way to get a server program that is not on this machine yet. */
export interface ProgramSource {
  readonly from: 'download' | 'build';
  /** For the list of what was tried. */
  readonly name: string;
  /** Names the folder in the cache. */
  readonly cacheKey: string;
  /** Puts a program into the staging folder and returns its path. */
  get(
    stagingFolder: string,
    options: FindOptions & { readonly signal: AbortSignal },
  ): Promise<{ readonly program: string } | Fault>;
}
