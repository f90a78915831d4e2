import type { KnownIdentity } from '../domain/operator/identity';

/** `look`: sees tasks. `act`: may also decide about them. */
export type Role = 'look' | 'act';

/** Who looks at the board. */
export interface Viewer {
  /** What is written down as the author of a decision. */
  readonly name: string;
  /** What the log-in vouches for; absent for who has not logged in. */
  readonly identity?: KnownIdentity | undefined;
  readonly roles: readonly Role[];
  /** The studios whose tasks they see; absent means all. */
  readonly studios?: readonly string[] | undefined;
}

/** Who has not logged in. */
export const nobody: Viewer = { name: '', roles: [] };

/** Whether this viewer sees the tasks of a studio. */
export function seesStudio({ studios }: Viewer, studio: string): boolean {
  return studios === undefined || studios.includes(studio);
}

/** Whether this viewer decides about the tasks that they see. */
export function canAct({ roles }: Viewer): boolean {
  return roles.includes('act');
}

/** Whether an address is served to everybody, before any log-in: what every page loads, and the health. */
export function isPublicAddress(url: string): boolean {
  return url.startsWith('/assets/') || url.startsWith('/health/');
}
