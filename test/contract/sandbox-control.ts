import { z } from 'zod';

import type { SandboxOptions } from '../../sandbox';

type Patch = Pick<SandboxOptions, 'creativeForce' | 'store'>;
type FaultRequest = NonNullable<SandboxOptions['faults']>[number];

const settingsShape = z.looseObject({
  creativeForce: z.record(z.string(), z.unknown()),
  store: z.record(z.string(), z.unknown()),
});

/** The control API of a sandbox, ours or one that runs elsewhere (sandbox/README.md, "Control calls"). */
export class SandboxControl {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '');
  }

  /** Does something while settings are changed, and puts them back as they were. */
  async during<T>(patch: Patch, work: () => Promise<T>): Promise<T> {
    const before = settingsShape.parse(await this.call('GET', '/settings'));
    const earlier = {
      creativeForce: earlierOf(patch.creativeForce, before.creativeForce),
      store: earlierOf(patch.store, before.store),
    };
    await this.call('PATCH', '/settings', patch);
    try {
      return await work();
    } finally {
      await this.call('PATCH', '/settings', earlier);
    }
  }

  /** Does something while calls fail on purpose. */
  async withFault<T>(fault: FaultRequest, work: () => Promise<T>): Promise<T> {
    await this.call('POST', '/faults', fault);
    try {
      return await work();
    } finally {
      await this.call('DELETE', '/faults');
    }
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox answered ${method} ${path} with ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/**
 * The former values of the settings of a patch. Settings by studio are merged, so one that was not set is set to
 * nothing.
 */
function earlierOf(patch: object = {}, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(patch).map(([setting, turned]: [string, unknown]) => {
      const byStudio =
        setting === 'withheld' && typeof turned === 'object' && turned !== null ? Object.keys(turned) : [];
      return [setting, byStudio.length > 0 ? Object.fromEntries(byStudio.map((name) => [name, []])) : before[setting]];
    }),
  );
}
