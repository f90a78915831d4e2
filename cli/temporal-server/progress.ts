import { cursorTo, clearLine } from 'node:readline';

const PLAIN_LINE_EVERY_MS = 15_000;
const SPINNER_STEP_MS = 120;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Where a line may be drawn over: `process.stderr` fits. */
export interface Terminal extends NodeJS.WritableStream {
  readonly columns?: number;
}

/** Where progress is told. */
export interface ProgressOutput {
  readonly report: (line: string) => void;
  readonly isTTY?: boolean;
  /** Default: `process.stderr`. Used only when `isTTY`. */
  readonly terminal?: Terminal;
}

export interface Progress {
  /** Takes the moving line away. */
  readonly stop: () => void;
}

/**
 * Shows that a long step goes on: on a terminal one line that moves, else a plain line every 15 s.
 * `text` is asked each time; the time since the start is put behind it.
 */
export function showProgress(telling: ProgressOutput, text: () => string): Progress {
  const startedAt = Date.now();
  const line = (): string => `${text()} (${elapsed(Date.now() - startedAt)})`;
  if (telling.isTTY !== true) {
    const timer = setInterval(() => {
      telling.report(line());
    }, PLAIN_LINE_EVERY_MS);
    return {
      stop: () => {
        clearInterval(timer);
      },
    };
  }
  const terminal: Terminal = telling.terminal ?? process.stderr;
  let step = 0;
  // A terminal that does not know its width says 0.
  const width = terminal.columns === undefined || terminal.columns === 0 ? 80 : terminal.columns;
  const draw = (): void => {
    const frame = SPINNER[step++ % SPINNER.length] ?? '';
    cursorTo(terminal, 0);
    terminal.write(`${frame} ${line()}`.slice(0, width - 1));
    clearLine(terminal, 1);
  };
  draw();
  const timer = setInterval(draw, SPINNER_STEP_MS);
  return {
    stop: () => {
      clearInterval(timer);
      cursorTo(terminal, 0);
      clearLine(terminal, 0);
    },
  };
}

/** `45 s`, `3 min 05 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
