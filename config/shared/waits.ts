import { z } from 'zod';

import { durationText } from './duration';

/** The growth factor of successive waits. */
export const growthFactor = () => z.number().min(1).max(10);

/** Reports waits that are longer than the next one. Milliseconds. */
export function checkAscending(waits: Readonly<Record<string, number>>, context: z.core.$RefinementCtx): void {
  const named = Object.entries(waits);
  named.forEach(([key, wait], index) => {
    const [next, limit] = named[index + 1] ?? [key, wait];
    if (wait <= limit) return;
    const message = `${durationText(wait)} is longer than ${next} (${durationText(limit)}); change one of them`;
    context.addIssue({ code: 'custom', path: [key], message, params: { isSentence: true } });
  });
}
