/** Celtra rejects the request; the message goes into the response body. */
export class CeltraRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}
