import { setTimeout as pause } from 'node:timers/promises';

import { request } from 'undici';
import { z } from 'zod';

import { failure } from '../cli/exit-codes';

const ledgerSchema = z.object({
  summary: z.object({
    tasks: z.number(),
    done: z.number(),
    waiting: z.number(),
    needsAttention: z.number(),
    bypassed: z.number(),
    deleted: z.number(),
    lost: z.number(),
    twice: z.number(),
    wrong: z.number(),
    violations: z.number(),
  }),
  line: z.string(),
  finished: z.boolean(),
  violations: z.array(z.object({ service: z.string(), rule: z.string() })),
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
      trigger: z.string().optional(),
      readyAt: z.number().optional(),
    }),
  ),
});

/** The part of the sandbox's ledger that `extpost start` shows. */
export type Ledger = z.infer<typeof ledgerSchema>;

/** How many requests broke a rule of the sandbox, and which rules: `2 requests broke a rule: more than … (creative force)`. */
export function violationsText({ summary, violations }: Pick<Ledger, 'summary' | 'violations'>): string {
  const rules = new Set(violations.map(({ service, rule }) => `${rule} (${service})`));
  const count = summary.violations === 1 ? '1 request' : `${summary.violations} requests`;
  return [`${count} broke a rule`, ...(rules.size === 0 ? [] : [[...rules].join('; ')])].join(': ');
}

/** A client of the sandbox's control API. */
export class SandboxControl {
  constructor(private readonly url: string) {}

  /** Sets the webhook address of each studio. */
  async setWebhooks(urls: Readonly<Record<string, string>>): Promise<void> {
    await this.call('PUT', '/webhooks', urls);
  }

  /** Sends the webhook of the early task. */
  async sendEarlyWebhook(): Promise<void> {
    await this.call('POST', '/day/early');
  }

  async beginDay(): Promise<void> {
    await this.call('POST', '/day/begin');
  }

  /** Tells what an operator has decided for a task, so that the ledger accepts it. */
  async tellChoice(taskId: string, choice: { readonly outputs: readonly string[] }): Promise<void> {
    await this.call('POST', `/tasks/${encodeURIComponent(taskId)}/choose`, choice);
  }

  /** The current ledger; `final` counts waiting tasks as lost. */
  async ledger(final = false): Promise<Ledger> {
    return ledgerSchema.parse(await this.call('GET', final ? '/ledger?final=1' : '/ledger'));
  }

  /** Polls the ledger until the day is over. */
  async waitUntilFinished(everyMs: number, signal: AbortSignal): Promise<Ledger> {
    for (;;) {
      const ledger = await this.ledger();
      if (ledger.finished) return ledger;
      await pause(everyMs, undefined, { signal });
    }
  }

  /** Makes one control call; throws a {@link CommandError} if it fails or is not answered with 2xx. */
  async call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await request(this.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch(() => {
      throw failure(
        `No sandbox answers at ${this.url}. Start one with "extpost sandbox", or say with --control where it is.`,
      );
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw failure(`The sandbox refused ${method} ${path}: ${errorMessageOf(text)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** The error message of a response, or its whole text. */
function errorMessageOf(text: string): string {
  try {
    return z.object({ error: z.string() }).parse(JSON.parse(text)).error;
  } catch {
    return text;
  }
}
