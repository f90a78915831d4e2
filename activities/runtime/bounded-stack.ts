import { types } from 'node:util';

const MAX_CAUSES = 5;
const MAX_FRAMES = 30;
const LONGEST_LINE = 300;

/**
 * Shortens the stacks of an error and of its causes, in place. A stack begins with the message, which may hold texts from outside, and the SDK looks in it for its
 * own frames by a regular expression whose time grows with the square of white space: a line of 60,000 spaces stops a worker for seconds.
 */
export function boundStacks(error: unknown): void {
  let each = error;
  for (let depth = 0; depth <= MAX_CAUSES && types.isNativeError(each); depth++) {
    const { name, message, stack = '' } = each;
    const lines = stack.split('\n');
    const frames = lines.filter((line) => line.startsWith('    at ')).slice(-MAX_FRAMES);
    const title = `${name}: ${message.slice(0, LONGEST_LINE).replaceAll(/\s/g, ' ')}`;
    each.stack = [title, ...frames.map((line) => line.slice(0, LONGEST_LINE))].join('\n');
    each = each.cause;
  }
}
