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

/** Colours for what a text means; plain where no colours are wanted. */
export interface Paint {
  /** In the colour of a stage. */
  readonly stage: (stage: string | undefined, text: string) => string;
  /** Late or wrong. */
  readonly alarm: (text: string) => string;
  readonly warning: (text: string) => string;
  /** As it should be. */
  readonly good: (text: string) => string;
  readonly title: (text: string) => string;
}

/** The colours of a command's results. */
export function createPaint(isColoured = wantsColours()): Paint {
  const when = (colour: (text: string) => string) => (isColoured ? colour : (text: string) => text);
  return {
    stage: (stage, text) => when(stageColours[stage ?? ''] ?? ((plain) => plain))(text),
    alarm: when(colours.red),
    warning: when(colours.yellow),
    good: when(colours.green),
    title: when(colours.bold),
  };
}
