import type { ShownPicture } from '../pictures/picture-address';
import type { OutputView } from './output-view';
import type { TaskView } from './task-view';

/** One of the pictures that can be compared. */
export interface ComparedPicture {
  /** What the address of the page calls it: a round, `goes` or `input`. */
  readonly name: string;
  readonly title: string;
  readonly picture: ShownPicture;
}

/** Two pictures of one output beside each other: by default the last two rounds. Nothing when there is no such output. */
export function compareView(
  { outputs, title, address }: Pick<TaskView, 'outputs' | 'title' | 'address'>,
  asked: Readonly<Record<string, unknown>>,
) {
  const output = outputs.find(({ key }) => key === asked['output']) ?? outputs[0];
  if (output === undefined) return undefined;
  const choices = comparable(output);
  const chosen = (name: unknown): ComparedPicture | undefined => choices.find((each) => each.name === name);
  const right = chosen(asked['right']) ?? choices.at(-1);
  const left = chosen(asked['left']) ?? choices.findLast((each) => each !== right) ?? right;
  if (left === undefined || right === undefined) return undefined;
  return {
    title: `${output.label} of ${title}`,
    address,
    output,
    /** All that there is to choose from. */
    choices,
    left,
    right,
    /** Both can be seen, so that one can be laid over the other. */
    hasSlider: left !== right && left.picture.address !== undefined && right.picture.address !== undefined,
  };
}

/** The input, what was delivered round by round, and what goes out now. */
function comparable({ input, rounds, goes }: OutputView): ComparedPicture[] {
  const last = rounds[0]?.marked.picture.address;
  return [
    { name: 'input', title: 'Input', picture: input.picture },
    ...rounds.toReversed().map(({ round, title, marked }) => ({ name: String(round), title, picture: marked.picture })),
    ...(goes === undefined || goes.picture.address === last
      ? []
      : [{ name: 'goes', title: 'Delivered now', picture: goes.picture }]),
  ];
}
