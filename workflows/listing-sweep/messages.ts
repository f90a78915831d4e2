/** The name under which the workflow is registered: starters name it, they never import its code. */
export const LISTING_SWEEP = 'listingSweep';

export interface ListingSweepInput {
  readonly studio: string;
}
