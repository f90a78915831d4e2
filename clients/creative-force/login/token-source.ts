import { RemoteCallError, type RemoteCallErrorKind } from '../../remote-call-error';

export interface TokenSource {
  /** A token to send. An aborted caller stops waiting; a request in flight continues for the others. */
  get(signal?: AbortSignal): Promise<string>;
  /** Forgets a rejected token, unless another caller has renewed it already. */
  invalidate(value: string): void;
  /** Whether a rejected token is worth a second try with a fresh one. */
  readonly isRenewable: boolean;
  /** What a person can do when the gateway rejects a fresh token; a sentence. */
  readonly adviceWhenRejected: () => string;
}

/** An error that arises before the gateway is called. */
export function loginError(message: string, kind: RemoteCallErrorKind = 'unauthorized', endpoint = 'login') {
  return new RemoteCallError(message, { system: 'Creative Force', endpoint, kind, mayHaveActed: false });
}

/** The explanation of a refused token request (docs/reference/creative-force.md#token-request). */
export function credentialsRefusedMessage(refusal: string): string {
  return (
    `Creative Force refused the studio's credentials (${refusal}). ` +
    'Check clientId and clientSecret against the studio’s registered app.'
  );
}
