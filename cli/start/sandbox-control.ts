import { setTimeout as pause } from 'node:timers/promises';

import { request } from 'undici';
import { z } from 'zod';

import { CommandError, exitCodes } from '../exit-codes';

const ledgerSchema = z.object({
  summary: z.object({
    tasks: z.number(),
    done: z.number(),
    waiting: z.number(),
    needsAttention: z.number(),
    bypassed: z.number(),
    lost: z.number(),
    twice: z.number(),
    wrong: z.number(),
    violations: z.number(),
  }),
  line: z.string(),
  finished: z.boolean(),
  tasks: z.array(
    z.object({
      taskId: z.string(),
      studio: z.string(),
      title: z.string(),
      product: z.string(),
      verdict: z.string(),
      reason: z.string(),
      webhook: z.string(),
      sentBack: z.array(z.string()),
      occasion: z.string().optional(),
      readyAt: z.number().optional(),
    }),
  ),
});

/** The ledger of the sandbox, as far as `extpost start` shows it: somebody else's word on our work. */
export type Ledger = z.infer<typeof ledgerSchema>;

/** The sandbox's control calls, of `extpost start` and of the subcommands of `extpost sandbox`. */
export class SandboxControl {
  constructor(private readonly url: string) {}

  /** Tells the sandbox where each studio's webhooks go. */
  async setWebhooks(urls: Readonly<Record<string, string>>): Promise<void> {
    await this.call('PUT', '/webhooks', urls);
  }

  /** Sends the one webhook that comes before Temporal is there. */
  async sendEarlyWebhook(): Promise<void> {
    await this.call('POST', '/day/early');
  }

  async beginDay(): Promise<void> {
    await this.call('POST', '/day/begin');
  }

  /** The ledger as it stands; `final` counts what still waits as lost. */
  async ledger(final = false): Promise<Ledger> {
    return ledgerSchema.parse(await this.call('GET', final ? '/ledger?final=1' : '/ledger'));
  }

  /** Asks for the ledger until the day is over. */
  async waitUntilFinished(everyMs: number, signal: AbortSignal): Promise<Ledger> {
    for (;;) {
      const ledger = await this.ledger();
      if (ledger.finished) return ledger;
      await pause(everyMs, undefined, { signal });
    }
  }

  /** Makes one control call; an answer that is not 2xx, and none at all, are errors in words. */
  async call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await request(this.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch(() => {
      throw new CommandError(
        `No sandbox answers at ${this.url}. Start one with "extpost sandbox", or say with --control where it is.`,
        exitCodes.failed,
      );
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new CommandError(`The sandbox refused ${method} ${path}: ${errorMessageOf(text)}`, exitCodes.failed);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** The reason in a refusal of the sandbox, or its whole text. */
function errorMessageOf(text: string): string {
  try {
    return z.object({ error: z.string() }).parse(JSON.parse(text)).error;
  } catch {
    return text;
  }
}
