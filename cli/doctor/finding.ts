import { errorText } from '../../temporal';

/** What a check has found. */
export interface Finding {
  /** What was looked at: `Temporal`, `acme: Celtra`. */
  readonly subject: string;
  readonly state: 'ok' | 'warning' | 'fault' | 'left out';
  /** What is so, in a few words. */
  readonly found: string;
  /** What to do about it; absent when nothing has to be done. */
  readonly advice?: string | undefined;
}

export function ok(subject: string, found: string): Finding {
  return { subject, state: 'ok', found };
}

export function warning(subject: string, found: string, advice: string): Finding {
  return { subject, state: 'warning', found, advice };
}

export function fault(subject: string, found: string, advice: string): Finding {
  return { subject, state: 'fault', found, advice };
}

export function leftOut(subject: string, why: string): Finding {
  return { subject, state: 'left out', found: why };
}

/** The findings of a check; an error that it did not expect, or an answer that takes too long, is a finding, too. */
export async function checked(
  subject: string,
  check: () => Promise<readonly Finding[]>,
  withinMs = 30_000,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      resolve([fault(subject, `no answer within ${withinMs / 1000} s`, 'Check that it can be reached from here.')]);
    }, withinMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return [fault(subject, errorText(error), 'Correct the fault that the message names, and run the command again.')];
  } finally {
    clearTimeout(timer);
  }
}
