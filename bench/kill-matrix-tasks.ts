import type { ProxiedRequest } from './kill-matrix-proxy';

export type Flavour = 'ecom' | 'editorial';

export interface KnownTask {
  readonly taskId: string;
  readonly product: string;
  readonly contentCreationType: Flavour;
}

export interface TaskFinder {
  /** The task that a request is about; `undefined` for one that is about none or several, e.g. a token or the specs. */
  of(passing: ProxiedRequest): KnownTask | undefined;
  /** Remembers which addresses an answer hands out, because a file's own address names no task. */
  follow(passing: ProxiedRequest, answer: string): void;
}

/**
 * Tells which of the day's tasks a request is about: by a task id or product in it, or by the answer that its address came
 * from. `known` is what the sandbox's control service lists.
 */
export function taskFinder(known: readonly KnownTask[]): TaskFinder {
  const byPath = new Map<string, KnownTask>();
  const of = ({ url, body }: ProxiedRequest): KnownTask | undefined => {
    const path = pathOf(url);
    const followed = byPath.get(path);
    if (followed !== undefined) return followed;
    // Celtra is told the task as its caller; Creative Force's upload addresses are asked for by file name.
    const named = known.filter(
      ({ taskId, product }) => path.includes(taskId) || body.includes(taskId) || body.includes(product),
    );
    return named.length === 1 ? named[0] : undefined;
  };
  return {
    of,
    follow: (passing, answer) => {
      const task = of(passing);
      if (task === undefined) return;
      for (const [, path] of answer.matchAll(/https?:\/\/[^/"\s]+(\/(?:t|assets)\/[^"\s]+)/g)) {
        if (path !== undefined) byPath.set(pathOf(path), task);
      }
    },
  };
}

function pathOf(url: string): string {
  return url.replace(/\?.*/, '');
}
