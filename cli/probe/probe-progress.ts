import type { WriteStream } from 'node:tty';

import { createLogUpdate } from 'log-update';

interface ProbeProgress {
  readonly asking: (endpoint: string) => void;
  readonly finish: () => void;
}

/** What a probe shows of its way: one changing line on a terminal, a line per call anywhere else. */
export function createProbeProgress(out: WriteStream): ProbeProgress {
  if (!out.isTTY) {
    return {
      asking: (endpoint) => {
        out.write(`asking ${endpoint}\n`);
      },
      finish: () => undefined,
    };
  }
  const update = createLogUpdate(out);
  let count = 0;
  return {
    asking: (endpoint) => {
      count += 1;
      update(`${count}  ${endpoint}`);
    },
    finish: () => {
      update.clear();
    },
  };
}
