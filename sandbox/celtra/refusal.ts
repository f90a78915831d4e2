/** Celtra refuses the request; the message goes into the body of the answer. */
export class CeltraRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
