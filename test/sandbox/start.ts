import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';

/** A sandbox without waiting times and without a narrow gateway, unless the test asks for them. */
export function startQuickSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({
    seed: 'test',
    ...options,
    day: { tasks: 1, spreadMs: 0, verdictAfterMs: 0, ...options.day },
    creativeForce: { assetKnownAfterMs: 0, requestsPerSecond: 1_000, ...options.creativeForce },
    // Drawing takes most of what a test with a sandbox costs, and few look at a picture.
    celtra: { rendersTakePolls: 0, pictures: 'flat', ...options.celtra },
    webhooks: { retryDelaysMs: [10], ...options.webhooks },
  });
}

/** Waits until `isSo`, looking every few milliseconds; gives up after a minute, which only a fault takes. */
export async function eventually(isSo: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  while (!isSo()) {
    if (Date.now() > giveUpAt) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
