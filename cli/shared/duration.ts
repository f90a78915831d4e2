import ms, { type StringValue } from 'ms';

const DURATION = /^\d{1,9}(ms|s|m|h)$/;

/** Milliseconds of `500ms`, `30s`, `5m` or `1h`; nothing when it is written otherwise. */
export function parseDuration(text: string): number | undefined {
  return DURATION.test(text) ? ms(text as StringValue) : undefined;
}
