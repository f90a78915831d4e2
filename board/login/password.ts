import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The name in records for whoever has only a password in common with others. */
export const PASSWORD_IDENTITY = 'password of the board';

/** Whether these are the same, in a time that does not depend on where they differ. */
export function isSamePassword(given: unknown, password: string): boolean {
  if (typeof given !== 'string') return false;
  const [one, other] = [given, password].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(one, other);
}

/** 144 bits, as a link can carry them. */
export function generatePassword(): string {
  return randomBytes(18).toString('base64url');
}
