import type { Viewer } from '../viewer';

/** What a log-in has found out about somebody. */
export interface Person {
  /** The name for the record: what the log-in method vouches for. */
  readonly identity: string;
  /** What they call themselves, where the method does not say who they are. */
  readonly by?: string | undefined;
  /** Their groups, roles or whatever the configured claim or header holds. */
  readonly groups: readonly string[];
}

/** Which groups may do what (`board.login` in extpost.yaml); `*` is everybody who can log in. */
export interface AccessRules {
  readonly look: readonly string[];
  readonly act: readonly string[];
  /** By studio; absent means that everybody sees all studios. A studio that is missing here is seen by nobody. */
  readonly studios?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** All of it, for the one password of a trial. */
export const fullAccess: AccessRules = { look: [], act: ['*'] };

const MAX_NAME = 200;

/** What somebody sees and may do; nothing when no group of theirs gives them a role. */
export function viewerOf({ identity, by, groups }: Person, rules: AccessRules): Viewer | undefined {
  const isAmong = (allowed: readonly string[]): boolean => allowed.some((one) => one === '*' || groups.includes(one));
  const canAct = isAmong(rules.act);
  if (!canAct && !isAmong(rules.look)) return undefined;
  const name = plainName(identity);
  return {
    name: by === undefined || plainName(by) === '' ? name : plainName(by),
    identity: { name, from: 'log-in' },
    roles: canAct ? ['look', 'act'] : ['look'],
    ...(rules.studios && { studios: studiosOf(rules.studios, isAmong) }),
  };
}

function studiosOf(
  studios: Readonly<Record<string, readonly string[]>>,
  isAmong: (allowed: readonly string[]) => boolean,
): string[] {
  return Object.entries(studios)
    .filter(([, allowed]) => isAmong(allowed))
    .map(([name]) => name);
}

/** A name comes from outside, and stands in records and pages: one line of printable text. */
function plainName(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME);
}

/** What somebody is told who is known and has no role. */
export function noRoleSentence({ identity, groups }: Person): string {
  const theirs = groups.length === 0 ? 'You are in no group' : `You are in ${groups.slice(0, 10).join(', ')}`;
  return `You are logged in as ${identity}, but may not see the board. ${theirs}; ask the operator of extpost which group you need.`;
}
