/** Text from outside, fit for a terminal: control characters could move the cursor or hide what stands there. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}
