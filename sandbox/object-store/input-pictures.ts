import type { Shot, Task } from '../day/model';
import { layOutPhotograph } from '../pictures/layouts';
import { renderPicture } from '../pictures/render';
import type { World } from '../world';
import { presignedRead } from './addresses';

/** Pixels of one edge of a studio photograph. */
export const INPUT_EDGE = 800;

const photographs = new WeakMap<Shot, Promise<Buffer>>();

/** The photograph that a vendor gets as input for a shot: a TIFF, drawn when somebody first asks for it. */
export function inputPicture(task: Task, shot: Shot): Promise<Buffer> {
  const known = photographs.get(shot);
  if (known !== undefined) return known;
  const svg = layOutPhotograph({ ...task.product, position: shot.position }, INPUT_EDGE);
  const picture = renderPicture(svg, { format: 'tiff' });
  photographs.set(shot, picture);
  return picture;
}

export function inputFileAddress(world: World, shot: Shot): string {
  return presignedRead(world, `/inputs/${shot.inputFileId}/${encodeURIComponent(shot.inputFileName)}`);
}
