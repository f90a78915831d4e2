import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';

import { ConfigError, type ExtpostConfig, loadConfig } from '../../config';
import { shellCommand } from '../../domain/shared/shell';
import { usageError } from '../exit-codes';
import { sayWhileWaiting } from '../shared/waiting';
import { checkTemporalServer } from '../doctor/temporal-checks';
import type { Finding } from '../doctor/finding';
import { checkCeltraOf, checkCreativeForceOf } from '../doctor/studio-checks';
import { askAll, type Ask, createAsk, type InitOptions, isAsking, noQuestions } from './questions';
import { configText, environmentText, type InitAnswers, secretFiles } from './init-files';

const SECRET_MODE = 0o600;

/** `ask`: who is asked; by default the person at the terminal. */
export function initCommand(ask?: Ask): Command {
  return new Command('init')
    .description('write a first extpost.yaml and its secret files; asks questions and tests each answer')
    .option('--to <folder>', 'where the files are written', '.')
    .option('--studio <name>', 'a name of your own for the studio')
    .option('--namespace <name>', 'namespace of Temporal')
    .option('--temporal-address <address>', 'address of Temporal; default: TEMPORAL_ADDRESS')
    .option('--client-id <id>', 'client id of the app at Creative Force')
    .option('--vendor-id <id>', 'postProductionVendorId; without it the listing is not swept')
    .option('--celtra-app-id <id>', 'id of the API app at Celtra')
    .option('--creative-force-url <url>', 'address of the gateway, if not the public one')
    .option('--token-url <url>', 'log-in address, if not the public one')
    .option('--celtra-url <url>', 'address of Celtra, if not the public one')
    .option('-y, --yes', 'ask nothing; use the options, and secrets from the environment')
    .option('--overwrite', 'replace existing files')
    .action((options: InitOptions) => runInit(options, ask));
}

async function runInit(options: InitOptions, given: Ask | undefined): Promise<void> {
  const ask = given ?? (isAsking(options) ? await createAsk() : noQuestions());
  const folder = path.resolve(options.to);
  await assertMayWrite(path.join(folder, 'extpost.yaml'), options, ask);
  const answers = await askAll(options, ask, process.env, tryAnswers);
  await writeAll(folder, answers);
  const secrets = path.join(folder, 'secrets');
  console.log(
    [
      `Wrote ${path.join(folder, 'extpost.yaml')}, and the secrets in ${secrets}, readable by your user only.`,
      'Next steps:',
      `  set -a; ${shellCommand(['.', path.join(secrets, 'extpost.env')])}; set +a`,
      '  extpost setup',
      '  extpost doctor',
    ].join('\n'),
  );
}

/** Tries the part of the answers that was just given. */
async function tryAnswers(part: 'temporal' | 'creative force' | 'celtra', answers: InitAnswers): Promise<Finding> {
  const config = await configOf(answers);
  return sayWhileWaiting(part === 'temporal' ? 'Temporal' : part === 'celtra' ? 'Celtra' : 'Creative Force', () => {
    if (part === 'temporal') return checkTemporalServer(config);
    return part === 'celtra' ? checkCeltraOf(config, answers.studio) : checkCreativeForceOf(config, answers.studio);
  });
}

/** The configuration that these answers would become. Throws CommandError for an answer that it does not take. */
async function configOf(answers: InitAnswers): Promise<ExtpostConfig> {
  const secrets = Object.fromEntries(secretFiles(answers).map(({ variable, value }) => [variable, value]));
  try {
    return await loadConfig({
      path: 'extpost.yaml',
      environment: { ...process.env, ...secrets },
      readFile: () => Promise.resolve(configText(answers)),
    });
  } catch (error) {
    if (error instanceof ConfigError) throw usageError(error.message);
    throw error;
  }
}

async function writeAll(folder: string, answers: InitAnswers): Promise<void> {
  const secrets = path.join(folder, 'secrets');
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  const files = secretFiles(answers);
  for (const { fileName, value } of files) {
    await writeFileAtomic(path.join(secrets, fileName), value, { mode: SECRET_MODE });
  }
  await writeFileAtomic(path.join(secrets, 'extpost.env'), environmentText(files, secrets), { mode: SECRET_MODE });
  await writeFileAtomic(path.join(folder, 'extpost.yaml'), configText(answers));
}

/** Throws CommandError when a file is there that nobody has said to replace. */
async function assertMayWrite(file: string, { overwrite }: InitOptions, ask: Ask): Promise<void> {
  if (overwrite === true || !existsSync(file)) return;
  if (await ask.confirm(`${file} already exists. Replace it?`)) return;
  throw usageError(`${file} already exists. Nothing was written; --overwrite replaces it.`);
}
