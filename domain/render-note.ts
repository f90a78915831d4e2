/** The signal by which a wait for renders tells its own workflow how far it is; `workflows/messages.ts` defines it. */
export const RENDER_PROGRESS = 'renderProgress';

/** How far one wait is. Times are Unix milliseconds. */
export interface RenderNote {
  /** The activity that waits: a round can have several, one for each group of outputs. */
  readonly waitId: string;
  readonly rendered: number;
  readonly wanted: number;
  readonly attempt: number;
  readonly at: number;
  readonly nextLookAt: number;
}

/** A wait tells its workflow at most this often less one, whatever it takes: each time costs the history four events. */
const STEPS = 5;

/** Whether so much more is rendered since the workflow was told last that it is worth telling. */
export function isWorthTelling(look: { rendered: number; wanted: number; told: number }): boolean {
  return look.rendered - look.told >= Math.max(1, Math.ceil(look.wanted / STEPS));
}

/** What a person reads of all waits of a round: the newest look, and what all have together. */
export function noteInWords(notes: readonly RenderNote[], wanted: number): string {
  const rendered = notes.reduce((sum, note) => sum + note.rendered, 0);
  const newest = notes.reduce<RenderNote | undefined>(
    (latest, note) => (latest === undefined || note.at >= latest.at ? note : latest),
    undefined,
  );
  if (newest === undefined) return `${rendered} of ${wanted} rendered.`;
  return `${rendered} of ${wanted} rendered; attempt ${newest.attempt} at ${clock(newest.at)}, the next look at ${clock(newest.nextLookAt)} UTC.`;
}

/** `14:03:20`, in UTC. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
