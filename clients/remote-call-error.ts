export type RemoteCallErrorKind =
  | 'throttled'
  | 'transient'
  | 'unauthorized'
  | 'forbidden'
  | 'not found'
  | 'refused'
  /** A response that could not be understood. */
  | 'contract'
  /**
   * No answer of the API at all, such as a maintenance page: asking again for some minutes may help
   * (docs/reference/assumptions.md#unreadable-answers).
   */
  | 'unreadable';

export type RemoteSystem =
  | 'Creative Force'
  | 'Celtra'
  | 'Celtra files'
  | 'object store'
  | 'Slack'
  | 'Microsoft Teams'
  | 'the mail server'
  | 'the webhook for notifications'
  | 'anchors'
  | 'supplied file';

export interface RemoteCallFacts {
  readonly system: RemoteSystem;
  /** Method and path template, e.g. `GET /extpost/tasks/{taskId}`; never a query string. */
  readonly endpoint: string;
  readonly kind: RemoteCallErrorKind;
  readonly status?: number | undefined;
  /** The remote system's code (`24`, `PER-3`, `AccessDenied`), or that of a failed connection (`ECONNRESET`). */
  readonly code?: string | number | undefined;
  readonly requestId?: string | undefined;
  /** At most 1 KiB of the response, without secrets and signatures. */
  readonly excerpt?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Whether a write may have taken effect, so that it must be verified before it is repeated. */
  readonly mayHaveActed: boolean;
}

/** The only error of the clients, besides the reason of an aborted signal. Its message is a plain sentence. */
export class RemoteCallError extends Error implements RemoteCallFacts {
  override readonly name = 'RemoteCallError';
  readonly system: RemoteSystem;
  readonly endpoint: string;
  readonly kind: RemoteCallErrorKind;
  readonly status: number | undefined;
  readonly code: string | number | undefined;
  readonly requestId: string | undefined;
  readonly excerpt: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly mayHaveActed: boolean;

  /** Has no `cause`, because errors of the network carry addresses, and addresses carry signatures. */
  constructor(message: string, facts: RemoteCallFacts) {
    super(message);
    this.system = facts.system;
    this.endpoint = facts.endpoint;
    this.kind = facts.kind;
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.excerpt = facts.excerpt;
    this.retryAfterMs = facts.retryAfterMs;
    this.mayHaveActed = facts.mayHaveActed;
  }

  with({ message = this.message, ...changes }: Partial<RemoteCallFacts> & { message?: string }): RemoteCallError {
    return new RemoteCallError(message, Object.assign({}, this, changes));
  }
}

/**
 * Whether a fresh address may help: the one rule for uploads, inputs and renders. The address has expired, does not fit or is used
 * up (clients/transfer/transfer-error.ts), or a page was sent instead of the file.
 */
export function isExpiredAddress(error: unknown): error is RemoteCallError {
  if (!(error instanceof RemoteCallError)) return false;
  return ['unauthorized', 'forbidden', 'not found'].includes(error.kind) || error.code === 'HTML';
}

/** Whether another attempt can help by itself. */
export function isPassing(error: unknown): error is RemoteCallError {
  return error instanceof RemoteCallError && ['throttled', 'transient', 'unreadable'].includes(error.kind);
}
