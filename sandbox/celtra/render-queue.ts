import type { ByteRun } from '../pictures/byte-run';

/** Renders files one at a time, so that one core stays free for extpost. */
interface RenderQueue {
  add(key: string, make: () => Promise<ByteRun>): Promise<ByteRun>;
  /** Moves a file that is being downloaded ahead of those that are rendered in advance. */
  prioritise(key: string): void;
}

interface QueuedRender {
  readonly key: string;
  readonly begin: () => Promise<void>;
}

export function createRenderQueue(): RenderQueue {
  const urgent: QueuedRender[] = [];
  const waiting = new Map<string, QueuedRender>();
  let isBusy = false;

  const work = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (;;) {
      const render = urgent.shift() ?? waiting.values().next().value;
      if (render === undefined) break;
      waiting.delete(render.key);
      await render.begin();
    }
    isBusy = false;
  };

  return {
    add: (key, make) =>
      new Promise((resolve, reject) => {
        const begin = (): Promise<void> => make().then(resolve, reject);
        waiting.set(key, { key, begin });
        // Start after the current turn of the event loop, so that prioritise() can come first.
        setImmediate(() => void work());
      }),
    prioritise(key) {
      const render = waiting.get(key);
      if (render === undefined) return;
      waiting.delete(key);
      urgent.push(render);
    },
  };
}
