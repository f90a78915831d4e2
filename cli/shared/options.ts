import { Command, InvalidArgumentError, Option } from 'commander';
import ms, { type StringValue } from 'ms';

/** The configuration of a command that names none. */
export const DEFAULT_CONFIG = 'extpost.yaml';

/** `--config`, the same wherever a command reads `extpost.yaml`. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').default(DEFAULT_CONFIG).env('EXTPOST_CONFIG');
}

/** How a task is named, the same for every command. */
export const taskArgument =
  'its id, the beginning of it (four letters or more), its product, or the address of its page';

/** How an expected output is named, the same for every command. */
export const outputArgument =
  'its label, such as "Front, Feed 1:1" or "Front/Feed 1:1", its file name or its key; a wrong one lists the valid ones';

/** `--utc`, the same wherever a command shows times. */
export function utcOption(): Option {
  return new Option('--utc', 'show times in UTC instead of local time');
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('Use a whole number from 1.');
  return count;
}

/** The options of a command that serves something. */
export interface ListenOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: number;
}

export function listeningCommand(name: string): Command {
  return new Command(name)
    .addOption(configOption())
    .option('--host <address>', 'listen on this address, not on the configured one')
    .option('--port <port>', 'listen on this port, not on the configured one', parsePort);
}

/** Reads a port number; 0 means any free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  }
  return port;
}

const DURATION = /^\d{1,9}(ms|s|m|h)$/;

/** A time as an argument of an option (`500ms`, `30s`, `5m`, `1h`), in milliseconds. */
export function durationArgument(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError('Write it like 0s, 30s or 5m.');
  return ms(text as StringValue);
}
