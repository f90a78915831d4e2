import { createColors } from 'picocolors';

const colours = createColors(true);

/** Whether a stream gets colours: `NO_COLOR` and `FORCE_COLOR` decide (https://no-color.org), else whether it is a terminal. */
export function wantsColours(
  stream: { readonly isTTY?: boolean } = process.stdout,
  { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

const stageColours: Readonly<Record<string, (text: string) => string>> = {
  'Needs attention': colours.yellow,
  Rejected: colours.yellow,
  Done: colours.green,
  'Awaiting verdict': colours.cyan,
  Gone: colours.gray,
  Abandoned: colours.gray,
  Cancelled: colours.gray,
};

/** Colours for what a text of a command's results means; plain where no colours are wanted. */
export function createPaint(isColoured = wantsColours()) {
  const when = (colour: (text: string) => string) => (isColoured ? colour : (text: string) => text);
  return {
    /** In the colour of a stage. */
    stage: (stage: string | undefined, text: string) => when(stageColours[stage ?? ''] ?? ((plain) => plain))(text),
    /** Late or wrong. */
    alarm: when(colours.red),
    warning: when(colours.yellow),
    /** As it should be. */
    good: when(colours.green),
    title: when(colours.bold),
  };
}

export type Paint = ReturnType<typeof createPaint>;
