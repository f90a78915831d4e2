import { NEEDED_GO_VERSION } from './pinned-versions';

/** One way to a server program that did not lead to one. */
export interface FailedWay {
  /** As it stands in a list: "`temporal` on PATH". */
  readonly way: string;
  readonly reason: string;
}

/** No server program could be had; the message lists each way tried, why it failed, and how to get one. */
export class NoTemporalServerError extends Error {
  override readonly name = 'NoTemporalServerError';

  constructor(readonly failedWays: readonly FailedWay[]) {
    super(
      [
        'There is no Temporal server program to start. Tried, in this order:',
        ...failedWays.map(({ way, reason }) => `  - ${way}: ${reason}`),
        'Any one of these helps:',
        '  - install the Temporal command line: https://docs.temporal.io/cli',
        `  - install Go ${NEEDED_GO_VERSION} or newer (https://go.dev/dl); extpost then builds the program itself, once`,
        '  - set EXTPOST_TEMPORAL_CLI to the path of a `temporal` program',
        '  - set TEMPORAL_ADDRESS (or a Temporal profile) to a server that runs already',
      ].join('\n'),
    );
  }
}

/** EXTPOST_TEMPORAL_CLI names a program that does not serve; nothing else is tried, because it was asked for by name. */
export class ConfiguredProgramError extends Error {
  override readonly name = 'ChosenProgramError';
}
