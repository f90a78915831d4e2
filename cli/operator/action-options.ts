import { userInfo } from 'node:os';

import { type Command, Option } from 'commander';

import type { OperatorNotice } from '../../workflows/external-post-task/messages/messages';
import { configOption, durationArgument } from '../shared/options';

export interface NoticeOptions {
  readonly config: string;
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export interface ActionOptions extends NoticeOptions {
  /** How long to wait for the state after the action, in milliseconds. */
  readonly wait: number;
}

/** Who does something, and why. */
export function addNoticeOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--by <name>', 'who acts, for the record; default: your user name')
    .option('--reason <text>', 'why, for the record')
    .option('--json', 'print it as JSON');
}

export function addActionOptions(command: Command): Command {
  return addNoticeOptions(command).addOption(
    new Option('--wait <time>', 'how long to wait for the resulting state, such as 0s or 5m')
      .argParser(durationArgument)
      .default(30_000, '30s'),
  );
}

/** The system's name for the user is recorded beside what they say of themselves. */
export function operatorNotice({ by, reason }: NoticeOptions): OperatorNotice {
  const name = systemUser();
  if (name === undefined) return { by: by ?? 'somebody at the command line', reason };
  return { by: by ?? name, identity: { name, from: 'system user' }, reason };
}

/** Not from the environment, where anybody can set another name. */
function systemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as in some containers.
    return undefined;
  }
}
