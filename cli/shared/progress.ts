import { createLogUpdate } from 'log-update';

const PLAIN_LINE_EVERY_MS = 15_000;
const REDRAW_EVERY_MS = 200;

export interface ProgressOutput {
  readonly report: (line: string) => void;
  /** Whether a line may be redrawn on `terminal`. */
  readonly isTTY?: boolean;
  /** Default: `process.stderr`. */
  readonly terminal?: NodeJS.WritableStream;
}

/** Shows that a long step goes on, with the time since its start: a line that is redrawn, else a plain line every 15 s. */
export function showProgress(output: ProgressOutput, text: () => string): { readonly stop: () => void } {
  const startedAt = Date.now();
  const line = (): string => `${text()} (${elapsed(Date.now() - startedAt)})`;
  if (output.isTTY !== true) {
    const timer = setInterval(() => {
      output.report(line());
    }, PLAIN_LINE_EVERY_MS);
    return {
      stop: () => {
        clearInterval(timer);
      },
    };
  }
  const update = createLogUpdate(output.terminal ?? process.stderr);
  update(line());
  const timer = setInterval(() => {
    update(line());
  }, REDRAW_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      update.clear();
    },
  };
}

/** `45 s`, `3 min 05 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
