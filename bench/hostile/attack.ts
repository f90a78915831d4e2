import path from 'node:path';

import { launch } from '../launch';

export type Attack =
  | {
      readonly kind: 'sockets';
      readonly port: number;
      readonly count: number;
      /** What each socket sends first. */
      readonly text: string;
      readonly againAfterMs: number;
    }
  | { readonly kind: 'flood'; readonly url: string; readonly secret: string; readonly perSecond: number };

/** Begins an attack; `stop` ends it and gives what it did. Needs the built benchmarks. */
export async function attack(what: Attack): Promise<{ readonly stop: () => Promise<unknown> }> {
  const part = await launch(path.join(__dirname, 'attack-process.js'), [JSON.stringify(what)], process.env);
  return {
    stop: async () => {
      await part.stop();
      return JSON.parse(part.printed().trim().split('\n').at(-1) ?? 'null') as unknown;
    },
  };
}
