import ms, { type StringValue } from 'ms';
import { z } from 'zod';

export const DURATION_PATTERN = /^\d{1,9}(ms|s|m|h|d)$/;

const FAULT = 'is not a duration; write it like 500ms, 30s, 5m or 14d';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Text such as `30s`, `5m`, `14d` in the file, milliseconds in the program and in `shortest`. */
export function duration({ shortest = 1 } = {}) {
  return z.codec(
    z.string(FAULT).regex(DURATION_PATTERN, FAULT),
    z.number().refine((value) => value >= shortest, `is too short; at least ${durationText(shortest)}`),
    { decode: (text) => ms(text as StringValue), encode: durationText },
  );
}

/** Milliseconds in the largest exact unit: 300000 is `5m`, 1500 is `1500ms`. */
export function durationText(milliseconds: number): string {
  const unit = UNITS.find(([, size]) => milliseconds > 0 && milliseconds % size === 0);
  return unit === undefined ? `${milliseconds}ms` : `${milliseconds / unit[1]}${unit[0]}`;
}

export const growthFactor = () => z.number().min(1).max(10);

/** A check that no wait, in milliseconds, is longer than the next one. */
export function ascending<Key extends string>(...keys: readonly Key[]) {
  return (waits: Readonly<Record<Key, number>>, context: z.core.$RefinementCtx): void => {
    keys.forEach((key, index) => {
      const next = keys[index + 1] ?? key;
      if (waits[key] <= waits[next]) return;
      const message = `${durationText(waits[key])} is longer than ${next} (${durationText(waits[next])}); change one of them`;
      context.addIssue({ code: 'custom', path: [key], message, params: { isSentence: true } });
    });
  };
}
