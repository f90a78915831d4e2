import { createLogUpdate } from 'log-update';

const FIRST_LINE_AFTER_MS = 3_000;
const PLAIN_LINE_EVERY_MS = 15_000;
const REDRAW_EVERY_MS = 200;

export interface ProgressOutput {
  readonly report: (line: string) => void;
  /** Whether a line may be redrawn on `terminal`. */
  readonly isTTY?: boolean;
  /** Default: `process.stderr`. */
  readonly terminal?: NodeJS.WritableStream;
}

/** For what people should see beside a command's result. */
export const onStandardError: ProgressOutput = {
  report: (line) => {
    console.error(line);
  },
  get isTTY() {
    return process.stderr.isTTY;
  },
};

/** Shows that a long step goes on, with the time since its start: a line that is redrawn, else lines after 3 s and then every 15 s. */
export function showProgress(output: ProgressOutput, text: () => string): { readonly stop: () => void } {
  const startedAt = Date.now();
  const line = (): string => `${text()} (${elapsed(Date.now() - startedAt)})`;
  const [show, hide, everyMs] =
    output.isTTY === true ? redrawing(output) : [output.report, undefined, PLAIN_LINE_EVERY_MS];
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    show(line());
    timer = setInterval(() => {
      show(line());
    }, everyMs);
  };
  if (output.isTTY === true) begin();
  else timer = setTimeout(begin, FIRST_LINE_AFTER_MS);
  return {
    stop: () => {
      clearTimeout(timer);
      hide?.();
    },
  };
}

function redrawing({ terminal }: ProgressOutput): [(line: string) => void, () => void, number] {
  const update = createLogUpdate(terminal ?? process.stderr);
  return [
    update,
    () => {
      update.clear();
    },
    REDRAW_EVERY_MS,
  ];
}

/** `45 s`, `3 min 05 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
