import type { ProxiedRequest } from './kill-matrix-proxy';

export type Flavour = 'ecom' | 'editorial';

export interface KnownTask {
  readonly taskId: string;
  readonly product: string;
  readonly contentCreationType: Flavour;
}

export interface TaskFinder {
  /** The task of a request; `undefined` for none or several, e.g. a token or the specs. */
  of(passing: ProxiedRequest): KnownTask | undefined;
  /** Remembers the addresses in a response, because a file's address names no task. */
  follow(passing: ProxiedRequest, answer: string): void;
}

/**
 * Finds the task of a request: by a task id or product code in it, or by the response that contained its address.
 * `known` is the sandbox's list of tasks.
 */
export function taskFinder(known: readonly KnownTask[]): TaskFinder {
  const byPath = new Map<string, KnownTask>();
  const of = ({ url, body }: ProxiedRequest): KnownTask | undefined => {
    const path = pathOf(url);
    const followed = byPath.get(path);
    if (followed !== undefined) return followed;
    // Celtra requests name the task as `caller`; Creative Force's upload addresses are requested by file name.
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
