/** What an error of a remote call means for whoever asked; `contract` is an answer that could not be understood. */
export type RemoteCallErrorKind =
  'throttled' | 'transient' | 'unauthorized' | 'forbidden' | 'not found' | 'refused' | 'contract';

/** The systems that extpost calls, in the words that people read. */
export type RemoteSystem =
  'Creative Force' | 'Celtra' | 'Celtra files' | 'object store' | 'notifications' | 'supplied file';

export interface RemoteCallFacts {
  readonly system: RemoteSystem;
  /** Method and path template, e.g. `GET /extpost/tasks/{taskId}`; never a query string. */
  readonly endpoint: string;
  readonly kind: RemoteCallErrorKind;
  readonly status?: number | undefined;
  /** The remote system's own code (`24`, `PER-3`, `AccessDenied`), or ours for a fault of the connection (`ECONNRESET`). */
  readonly code?: string | number | undefined;
  readonly requestId?: string | undefined;
  /** At most 1 KiB of the answer, with secrets and signatures removed. */
  readonly excerpt?: string | undefined;
  /** How long the remote system asks us to wait. */
  readonly retryAfterMs?: number | undefined;
  /** True when a write may have taken effect although we hold no proof: look before repeating it. */
  readonly mayHaveActed: boolean;
}

/** The one error that every client throws, besides the reason of an aborted signal. Its message is a plain sentence. */
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

  /** No `cause`: errors of the network stack carry addresses, and addresses carry signatures. */
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

  /** A copy with another message or other facts. */
  with({ message = this.message, ...changes }: Partial<RemoteCallFacts> & { message?: string }): RemoteCallError {
    return new RemoteCallError(message, Object.assign({}, this, changes));
  }
}
