/** `look`: sees tasks. `act`: may also decide about them. */
export type Role = 'look' | 'act';

/** Who looks at the board. */
export interface Viewer {
  /** What is written down as the author of a decision. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** The studios whose tasks they see; absent means all. */
  readonly studios?: readonly string[] | undefined;
}

/** The viewer of a board without a log-in, which only this computer can reach. */
export const localViewer: Viewer = { name: 'somebody on this computer', roles: ['look', 'act'] };

/** Whether this viewer sees the tasks of a studio. */
export function seesStudio({ studios }: Viewer, studio: string): boolean {
  return studios === undefined || studios.includes(studio);
}

/** Whether an address is served to everybody, before any log-in: what every page loads, and the health. */
export function isPublicAddress(url: string): boolean {
  return url.startsWith('/assets/') || url.startsWith('/health/');
}
