import type { ByteRun } from '../pictures/byte-run';

/** Makes files one at a time: that leaves the machine's other core to the vendor. */
interface RenderQueue {
  add(key: string, make: () => Promise<ByteRun>): Promise<ByteRun>;
  /** Somebody stands at the door for it: it is made before all that only may be wanted. */
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
      const order = urgent.shift() ?? waiting.values().next().value;
      if (order === undefined) break;
      waiting.delete(order.key);
      await order.begin();
    }
    isBusy = false;
  };

  return {
    add: (key, make) =>
      new Promise((resolve, reject) => {
        const begin = (): Promise<void> => make().then(resolve, reject);
        waiting.set(key, { key, begin });
        // A first look after this turn, so that hurry() is heard before.
        setImmediate(() => void work());
      }),
    prioritise(key) {
      const order = waiting.get(key);
      if (order === undefined) return;
      waiting.delete(key);
      urgent.push(order);
    },
  };
}
