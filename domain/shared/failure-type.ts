/**
 * The `type` of every failure that an activity can report: names, because classes are lost on the wire
 *. Retryable are only the first two, `NotYet`, `NotRendered` and `WorkerLost`.
 */
export const failureTypes = {
  throttled: 'Throttled',
  transient: 'Transient',
  /** A write whose answer was lost: it may have taken effect, so look before repeating it. */
  outcomeUnknown: 'OutcomeUnknown',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  notFound: 'NotFound',
  refused: 'Refused',
  contract: 'ContractChanged',
  unknownStudio: 'UnknownStudio',
  /** Its worker was killed, as the one after it has said: what a heartbeat time-out says, only at once. */
  workerLost: 'WorkerLost',
  /** What is waited for has not happened: benign, the server asks again later. */
  notYet: 'NotYet',
  /** Celtra is still rendering: benign, the server asks again later. */
  notRendered: 'NotRendered',
  renderFailed: 'RenderFailed',
  creativeVanished: 'CreativeVanished',
  notAPicture: 'NotAPicture',
  /** A film where a picture was wanted. */
  film: 'Film',
  /** The presigned address is no longer good: ask for a fresh one. */
  addressRefused: 'AddressRefused',
  /** The file is not in this worker's spool (any more): fetch it again. */
  notInSpool: 'NotInSpool',
  /** There is no room for a download at the moment: it is tried again. */
  spoolFull: 'SpoolFull',
} as const;

export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];

/** The machine-readable part of a failure that came from a remote call. */
export interface RemoteFailureDetails {
  readonly system: string;
  readonly endpoint: string;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
}
