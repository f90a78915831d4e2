import type { AttentionCause } from '../task/task-status';

const words: Readonly<Record<AttentionCause, string>> = {
  'no recipe': 'No recipe matches',
  template: 'A template cannot be filled in',
  'no creative': 'No creative in Celtra',
  ambiguous: 'Several creatives match',
  'spec mismatch': 'A file does not match its spec',
  'celtra error': 'Celtra reports an error',
  'creative force error': 'Creative Force reports an error',
  'permission missing': 'A permission is missing',
  'credentials refused': 'Credentials were refused',
  'contract changed': 'An answer was not understood',
  'delivery failed': 'The delivery failed',
  rejected: 'Rejected: a correction is needed',
  'unclear rejection': 'Rejected, but nothing says what',
  unchanged: 'Rejected, and not changed yet',
  'too many rounds': 'Too many rounds',
  'deadline passed': 'Late',
  video: 'A film is expected',
};

/** A cause as people read it in a list; an unknown one as it is. */
export function causeInWords(cause: string): string {
  return (words as Readonly<Record<string, string | undefined>>)[cause] ?? cause;
}
