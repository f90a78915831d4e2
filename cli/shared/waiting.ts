import { onStandardError, showProgress } from './progress';

type Text = string | (() => string);

/** Does some work. While it lasts, people are told what it is waited for; `what` continues "Waiting for". */
export type Waiting = <T>(what: Text, work: () => Promise<T>) => Promise<T>;

/** Says after 3 s, and then every 15 s, what a command waits for. Of several waits at once the oldest is named. */
export function createWaiting(report: (line: string) => void): Waiting {
  const waits = new Set<{ readonly what: Text }>();
  let progress: { readonly stop: () => void } | undefined;
  const text = (): string => {
    const [oldest, ...others] = waits;
    const what = typeof oldest?.what === 'function' ? oldest.what() : (oldest?.what ?? 'nothing');
    return `Waiting for ${what}${others.length === 0 ? '' : `, and for ${others.length} more`}`;
  };
  return async (what, work) => {
    const wait = { what };
    waits.add(wait);
    // Plain lines, because the command may print its results meanwhile.
    progress ??= showProgress({ report }, text);
    try {
      return await work();
    } finally {
      waits.delete(wait);
      if (waits.size === 0) {
        progress.stop();
        progress = undefined;
      }
    }
  };
}

/** Says on standard error what the command waits for. */
export const sayWhileWaiting = createWaiting(onStandardError.report);

/** A client whose calls say that they are waited for; all its methods must return promises. */
export function sayingWaits<Client extends object>(
  client: Client,
  system: string,
  say: Waiting = sayWhileWaiting,
): Client {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        say(`${system} (${String(name)})`, () => Reflect.apply(value, target, args) as Promise<unknown>);
    },
  });
}
