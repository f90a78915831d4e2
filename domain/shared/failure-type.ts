/**
 * The `type` of every `ApplicationFailure` that activities throw; error classes do not survive serialisation. Retryable
 * are only the first two, `NotYet`, `NotRendered`, `WorkerLost` and `GatewayLeaseEnded`.
 */
export const failureTypes = {
  throttled: 'Throttled',
  transient: 'Transient',
  /** The response to a write was lost: it may have taken effect, so read before repeating it. */
  outcomeUnknown: 'OutcomeUnknown',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  notFound: 'NotFound',
  refused: 'Refused',
  contract: 'ContractChanged',
  unknownStudio: 'UnknownStudio',
  /** The worker was killed; its successor reports it before the heartbeat timeout does. */
  workerLost: 'WorkerLost',
  /** Benign: the workflow was reset since it prepared a write, so nothing was sent. */
  otherRun: 'OtherRun',
  /** Temporal's own: the activity was in progress when its workflow was reset. */
  reset: 'ResetWorkflow',
  /** Benign: the worker no longer holds the gateway lease, so another one may send requests. */
  leaseEnded: 'GatewayLeaseEnded',
  /** Benign: what is polled for has not happened yet, and Temporal retries. */
  notYet: 'NotYet',
  /** Benign: Celtra is still rendering, and Temporal retries. */
  notRendered: 'NotRendered',
  renderFailed: 'RenderFailed',
  creativeVanished: 'CreativeVanished',
  notAPicture: 'NotAPicture',
  film: 'Film',
  /** The presigned URL was refused; a new one is needed. */
  addressRefused: 'AddressRefused',
  /** An error that nobody has foreseen: tried three times, then a person is asked. */
  unexpected: 'Unexpected',
  /** Planning or matching was stopped, because it took too long. */
  tooMuchWork: 'TooMuchWork',
  /** The file is not in this worker's spool and must be downloaded again. */
  notInSpool: 'NotInSpool',
  /** The spool has no room for a download; Temporal retries. */
  spoolFull: 'SpoolFull',
} as const;

export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];

export interface RemoteFailureDetails {
  readonly system: string;
  readonly endpoint: string;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** For how long it asked not to be called again, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}
