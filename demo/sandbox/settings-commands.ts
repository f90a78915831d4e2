import type { Command } from 'commander';
import { z } from 'zod';

import { usageError } from '../../cli/exit-codes';
import { parseCount } from '../../cli/shared/options';
import { controlCommand, sandboxControl } from './control-command';
import { addChange, type Change } from './setting-change';

interface SettingsOptions {
  readonly control: string;
  readonly by?: number;
}

const settingsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** `extpost sandbox set` and similar: change the behaviour of a running sandbox. */
export function sandboxSettingsCommands(): Command[] {
  return [
    nextWebhooks('lose-webhooks', 'do not send the next webhooks', 'loseNext'),
    nextWebhooks('duplicate-webhooks', 'send the next webhooks twice, with the same PayloadId', 'duplicateNext'),
    nextWebhooks('delay-webhooks', 'send the next webhooks late', 'delayNext').option(
      '--by <seconds>',
      'how late',
      parseCount,
      5,
    ),
    controlCommand('set', 'change settings of the sandbox (docs/reference/sandbox.md lists them)')
      .argument(
        '<changes...>',
        'such as creativeForce.unknownKeys=false; a value is JSON, or else plain text',
        addChange,
      )
      .action(async (change: Change, { control }: SettingsOptions) => {
        await patchSettings({ control }, change);
      }),
    controlCommand('settings', 'show the current settings of the sandbox')
      .argument('[section]', 'only creativeForce, webhooks, store, celtra, latency or day')
      .action(async (section: string | undefined, { control }: SettingsOptions) => {
        const settings = settingsSchema.parse(await sandboxControl({ control }).call('GET', '/settings'));
        if (section !== undefined && settings[section] === undefined)
          throw usageError(`There are no settings "${section}". The sections are ${Object.keys(settings).join(', ')}.`);
        for (const name of section === undefined ? Object.keys(settings) : [section]) print(name, settings[name] ?? {});
      }),
    faultCommand(),
  ];
}

function nextWebhooks(name: string, description: string, setting: string): Command {
  return controlCommand(name, description)
    .argument('<count>', 'how many', parseCount)
    .action(async (count: number, { control, by }: SettingsOptions) => {
      await patchSettings(
        { control },
        { webhooks: { [setting]: count, ...(by !== undefined && { delayMs: by * 1000 }) } },
      );
    });
}

/** Changes settings and prints their new values. */
async function patchSettings(where: { control: string }, change: Change): Promise<void> {
  const settings = settingsSchema.parse(await sandboxControl(where).call('PATCH', '/settings', change));
  for (const [section, changed] of Object.entries(change)) {
    const names = Object.keys(z.record(z.string(), z.unknown()).parse(changed));
    print(section, Object.fromEntries(names.map((setting) => [setting, settings[section]?.[setting]])));
  }
}

function print(section: string, values: Readonly<Record<string, unknown>>): void {
  for (const [setting, value] of Object.entries(values)) console.log(`${section}.${setting}=${JSON.stringify(value)}`);
}

interface FaultOptions {
  readonly control: string;
  readonly times?: number | 'always';
  readonly skip?: number;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly retryAfter?: string;
  readonly delay?: number;
  readonly body?: string;
  readonly studio?: string;
  readonly flavour?: string;
  readonly task?: string;
  readonly file?: readonly string[];
  readonly share?: number;
  readonly clear?: true;
}

function faultCommand(): Command {
  return controlCommand('fault', 'make calls fail, or show the faults that are armed')
    .argument('[endpoint]', 'such as submitAssets, token, putFile or any (docs/reference/sandbox.md)')
    .argument('[answer]', 'such as answerLost, html, hang, reset, cutJson (docs/reference/sandbox.md)')
    .option('--times <count>', 'how many calls, or "always"; default: 1', timesOf)
    .option('--skip <count>', 'how many calls pass first', parseCount)
    .option('--status <status>', 'HTTP status', parseCount)
    .option('--code <code>', 'error code in the body')
    .option('--message <text>', 'message in the body')
    .option('--retry-after <value>', 'Retry-After: seconds, or an HTTP date')
    .option('--delay <milliseconds>', 'of the answer "slow"', parseCount)
    .option('--body <text>', 'of the answer "body"')
    .option('--studio <name>', 'only calls of this studio')
    .option('--flavour <name>', 'only calls of ecom or of editorial')
    .option('--task <id>', 'only calls on this task')
    .option('--file <glob...>', 'of putFile and getFile: only files of such a name')
    .option('--share <share>', 'of "reset" at putFile: the share of the body (0 to 1) that is read before', Number)
    .option('--clear', 'disarm all faults')
    .action(async (endpoint: string | undefined, answer: string | undefined, options: FaultOptions) => {
      const control = sandboxControl(options);
      if (options.clear === true) await control.call('DELETE', '/faults');
      if (endpoint !== undefined) await control.call('POST', '/faults', faultOf(endpoint, answer, options));
      const armed = z.array(z.unknown()).parse(await control.call('GET', '/faults'));
      console.log(armed.length === 0 ? 'No fault is armed.' : armed.map((fault) => JSON.stringify(fault)).join('\n'));
    });
}

function faultOf(endpoint: string, answer: string | undefined, options: FaultOptions): Record<string, unknown> {
  const { control: _control, clear: _clear, delay, task, file, ...rest } = options;
  const code = options.code !== undefined && /^\d+$/.test(options.code) ? Number(options.code) : options.code;
  // JSON.stringify leaves out undefined values.
  return { endpoint, answer, ...rest, code, delayMs: delay, taskId: task, files: file };
}

function timesOf(text: string): number | 'always' {
  return text === 'always' ? text : parseCount(text);
}
