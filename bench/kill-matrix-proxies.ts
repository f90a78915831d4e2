import type { SandboxPlace } from '../sandbox';
import { control } from './day';
import { startHoldingProxy, type HoldingProxy, type Moment, type ProxiedRequest } from './kill-matrix-proxy';
import { taskFinder, type KnownTask } from './kill-matrix-tasks';

export interface HeldRequest extends ProxiedRequest {
  readonly moment: Moment;
  /** The task of the request; `undefined` for none or several. */
  readonly task: KnownTask | undefined;
}

export interface HoldingProxies {
  /** For the worker: its gateway, token and Celtra addresses. */
  readonly environment: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/**
 * Starts a proxy before each stand-in; `at` may hold each request at each moment, and resolves with `true` if the
 * caller was killed.
 */
export async function startHoldingProxies(
  sandbox: SandboxPlace,
  at: (request: HeldRequest) => Promise<boolean>,
): Promise<HoldingProxies> {
  const tasks = taskFinder((await control(sandbox, 'GET', '/tasks')) as Parameters<typeof taskFinder>[0]);
  const proxies: HoldingProxy[] = [];
  const open = async (target: string, change: (text: string) => string = (text) => text): Promise<HoldingProxy> => {
    const proxy = await startHoldingProxy({
      target,
      at: (moment, passing) => at({ ...passing, moment, task: tasks.of(passing) }),
      read: (passing, text) => {
        tasks.follow(passing, text);
        return change(text);
      },
    });
    proxies.push(proxy);
    return proxy;
  };
  const store = await open(sandbox.storeUrl);
  const files = await open(sandbox.celtraFilesUrl);
  const elsewhere = (text: string): string =>
    text.replaceAll(sandbox.storeUrl, store.origin).replaceAll(sandbox.celtraFilesUrl, files.origin);
  const gateway = await open(new URL(sandbox.creativeForceUrl).origin, elsewhere);
  const celtra = await open(new URL(sandbox.celtraUrl).origin, elsewhere);
  return {
    environment: {
      SANDBOX_CREATIVE_FORCE_URL: `${gateway.origin}/v1`,
      SANDBOX_TOKEN_URL: `${gateway.origin}/connect/token`,
      SANDBOX_CELTRA_URL: `${celtra.origin}/api`,
    },
    close: async () => {
      for (const proxy of proxies) await proxy.close();
    },
  };
}
