import { randomBytes } from 'node:crypto';

import { isSameSecret } from '../../starters';

/** The name in records for whoever has only a password in common with others. */
export const PASSWORD_IDENTITY = 'password of the board';

/** Compared in a time that tells nothing of the password. */
export function isSamePassword(given: unknown, password: string): boolean {
  return typeof given === 'string' && isSameSecret(given, password);
}

/** 144 bits, as a link can carry them. */
export function generatePassword(): string {
  return randomBytes(18).toString('base64url');
}
