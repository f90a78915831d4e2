import type { Finding } from '../doctor/finding';
import { failure, usageError } from '../exit-codes';
import { printable } from '../shared/terminal-text';
import { type InitAnswers, secretVariable } from './init-files';

export interface InitOptions {
  readonly to: string;
  readonly studio?: string;
  readonly namespace?: string;
  readonly temporalAddress?: string;
  readonly clientId?: string;
  readonly vendorId?: string;
  readonly celtraAppId?: string;
  readonly creativeForceUrl?: string;
  readonly tokenUrl?: string;
  readonly celtraUrl?: string;
  readonly yes?: true;
  readonly overwrite?: true;
}

/** Somebody who can be asked. `text` and `secret` give an empty text for no answer. */
export interface Ask {
  readonly text: (question: string, preset?: string) => Promise<string>;
  readonly secret: (question: string) => Promise<string>;
  readonly confirm: (question: string) => Promise<boolean>;
}

export type TryAnswers = (part: 'temporal' | 'creative force' | 'celtra', answers: InitAnswers) => Promise<Finding>;

/** Whether the person at the terminal is asked. */
export function isAsking({ yes }: InitOptions): boolean {
  return yes !== true && process.stdin.isTTY && process.stdout.isTTY;
}

/** Asks the person at the terminal. The library is loaded only here, because no other command needs it. */
export async function createAsk(): Promise<Ask> {
  const { confirm, input, password } = await import('@inquirer/prompts');
  return {
    text: (message, preset) => input({ message, ...(preset !== undefined && { default: preset }) }),
    secret: (message) => password({ message, mask: true }),
    confirm: (message) => confirm({ message, default: false }),
  };
}

/** Nobody is asked: what no option says is left out, and nothing is confirmed. */
export function noQuestions(): Ask {
  return {
    text: (_, preset = '') => Promise.resolve(preset),
    secret: () => Promise.resolve(''),
    confirm: () => Promise.resolve(false),
  };
}

/**
 * Asks for all that no option or variable says, and tries each part; what does not work is asked again, unless the person keeps
 * it. Throws CommandError when something is missing, or does not work and nobody is there to keep it.
 */
export async function askAll(
  options: InitOptions,
  ask: Ask,
  environment: NodeJS.ProcessEnv,
  tryAnswers: TryAnswers,
): Promise<InitAnswers> {
  const studio = await wanted('--studio', options.studio, () =>
    ask.text('A name for the studio (part of webhook addresses)', options.studio ?? 'studio'),
  );
  const secretOf = async (name: string, question: string): Promise<string> => {
    const known = environment[secretVariable(studio, name)];
    return known ?? (await ask.secret(`${question} (or set ${secretVariable(studio, name)})`));
  };
  let answers: InitAnswers = {
    studio,
    namespace: options.namespace ?? environment['TEMPORAL_NAMESPACE'] ?? 'default',
    clientId: 'not asked yet',
    clientSecret: 'not asked yet',
    celtraAppId: 'not asked yet',
    celtraSecret: 'not asked yet',
    ...urls(options),
  };
  answers = await asked('temporal', answers, ask, tryAnswers, async () => {
    const address = options.temporalAddress ?? environment['TEMPORAL_ADDRESS'];
    return {
      temporalAddress: optional(
        options.temporalAddress ?? (await ask.text('Address of Temporal', address ?? '127.0.0.1:7233')),
      ),
      namespace: await wanted('--namespace', options.namespace, () => ask.text('Its namespace', answers.namespace)),
    };
  });
  answers = await asked('creative force', answers, ask, tryAnswers, async () => ({
    clientId: await wanted('--client-id', options.clientId, () => ask.text('Client id at Creative Force')),
    clientSecret: await wanted(secretVariable(studio, 'CF_CLIENT_SECRET'), undefined, () =>
      secretOf('CF_CLIENT_SECRET', 'Client secret'),
    ),
    vendorId: optional(options.vendorId ?? (await ask.text('postProductionVendorId (empty: no sweep)'))),
    webhookSecret: optional(await secretOf('CF_WEBHOOK_SECRET', 'Secret of its webhooks; empty: none yet')),
  }));
  return asked('celtra', answers, ask, tryAnswers, async () => ({
    celtraAppId: await wanted('--celtra-app-id', options.celtraAppId, () => ask.text('Id of the API app at Celtra')),
    celtraSecret: await wanted(secretVariable(studio, 'CELTRA_SECRET'), undefined, () =>
      secretOf('CELTRA_SECRET', 'Its secret key'),
    ),
  }));
}

function urls({ creativeForceUrl, tokenUrl, celtraUrl }: InitOptions): Partial<InitAnswers> {
  return { creativeForceUrl, tokenUrl, celtraUrl };
}

async function asked(
  part: Parameters<TryAnswers>[0],
  before: InitAnswers,
  ask: Ask,
  tryAnswers: TryAnswers,
  questions: () => Promise<Partial<InitAnswers>>,
): Promise<InitAnswers> {
  for (;;) {
    const answers = { ...before, ...(await questions()) };
    const { subject, state, found, advice = '' } = await tryAnswers(part, answers);
    console.log(printable(`${state === 'fault' ? '✗' : '✓'} ${subject}: ${found}`));
    if (state !== 'fault') return answers;
    if (await ask.confirm(`${advice} Keep these answers anyway?`)) return answers;
    if (!(await ask.confirm('Answer again?'))) throw failure(`${subject}: ${found}. ${advice} Nothing was written.`);
  }
}

async function wanted(name: string, given: string | undefined, ask: () => Promise<string>): Promise<string> {
  const answer = (given ?? (await ask())).trim();
  if (answer !== '') return answer;
  throw usageError(
    `${name} is missing, so nothing was written. Set it, or run the command on a terminal and answer the question.`,
  );
}

function optional(answer: string): string | undefined {
  return answer.trim() === '' ? undefined : answer.trim();
}
