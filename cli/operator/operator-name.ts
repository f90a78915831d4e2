import { userInfo } from 'node:os';

/** Who sits at this terminal, as the system knows them. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in some containers.
    return process.env['USER'] ?? 'somebody at the command line';
  }
}
