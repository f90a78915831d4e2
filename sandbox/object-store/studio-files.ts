import type { Shot, Studio, StyleGuideFile, SupportAsset, Task } from '../day/model';
import { layOutPhotograph } from '../pictures/layouts';
import { renderPicture } from '../pictures/render';
import type { World } from '../world';
import { writeBrief } from './brief-pdf';

/** Edge lengths in pixels of studio photographs, support material and colour references. */
const INPUT_EDGE = 800;
const SUPPORT_EDGE = 400;
const REFERENCE_EDGE = 96;

/** A file that a studio gives to its vendor: a photograph, support material, or a file of a style guide. */
export interface StudioFile {
  readonly fileId: string;
  readonly fileName: string;
  readonly isPicture: boolean;
  /** Edge length of a picture in pixels; 0 for a text. */
  readonly edge: number;
  /** Rendered at the first request. */
  readonly bytes: () => Promise<Buffer>;
}

/** An asset of a shot: its input, or support material. */
export interface StudioAsset {
  readonly assetId: string;
  readonly file: StudioFile;
}

const drawn = new WeakMap<object, Promise<Buffer>>();

/** A file by its id, of one studio or of any. */
export function findStudioFile(world: World, fileId: string, studio?: Studio): StudioFile | undefined {
  for (const task of world.tasks) {
    if (studio !== undefined && task.studio !== studio) continue;
    const guide = task.styleGuideFiles.find((file) => file.fileId === fileId);
    if (guide !== undefined) return styleGuideFile(task, guide);
    for (const shot of task.shots) {
      if (shot.inputFileId === fileId) return inputFile(task, shot);
      const support = shot.support.find((asset) => asset.fileId === fileId);
      if (support !== undefined) return supportFile(task, shot, support);
    }
  }
  return undefined;
}

/** Finds an asset of a studio's shots by its id; uploads are not included. */
export function findStudioAsset(world: World, studio: Studio, assetId: string): StudioAsset | undefined {
  for (const task of world.tasks) {
    if (task.studio !== studio) continue;
    for (const shot of task.shots) {
      if (shot.inputAssetId === assetId) return { assetId, file: inputFile(task, shot) };
      const support = shot.support.find((asset) => asset.assetId === assetId);
      if (support !== undefined) return { assetId, file: supportFile(task, shot, support) };
    }
  }
  return undefined;
}

function inputFile(task: Task, shot: Shot): StudioFile {
  const bytes = once(shot, () => photograph(task, shot, INPUT_EDGE, 'tiff'));
  return { fileId: shot.inputFileId, fileName: shot.inputFileName, isPicture: true, edge: INPUT_EDGE, bytes };
}

function supportFile(task: Task, shot: Shot, asset: SupportAsset): StudioFile {
  const { fileId, fileName } = asset;
  const bytes = once(asset, () => photograph(task, shot, SUPPORT_EDGE, 'jpeg'));
  return { fileId, fileName, isPicture: true, edge: SUPPORT_EDGE, bytes };
}

function styleGuideFile(task: Task, file: StyleGuideFile): StudioFile {
  const { fileId, fileName, kind } = file;
  const isPicture = kind === 'colour reference';
  const bytes = once(file, () => {
    if (kind === 'brief') {
      return Promise.resolve(
        writeBrief([`Retouching brief: ${task.product.name}`, `Keep the ${task.product.colourName.toLowerCase()}.`]),
      );
    }
    if (kind === 'notes') return Promise.resolve(Buffer.from(`${task.product.code}: use the approved project only.\n`));
    return renderPicture(colourCard(task.product.colour), { format: 'png' });
  });
  return { fileId, fileName, isPicture, edge: isPicture ? REFERENCE_EDGE : 0, bytes };
}

function photograph(task: Task, shot: Shot, edge: number, format: 'tiff' | 'jpeg'): Promise<Buffer> {
  return renderPicture(layOutPhotograph({ ...task.product, position: shot.position }, edge), { format });
}

function colourCard(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${REFERENCE_EDGE}" height="${REFERENCE_EDGE}"><rect width="100%" height="100%" fill="${colour}"/></svg>`;
}

function once(key: object, draw: () => Promise<Buffer>): () => Promise<Buffer> {
  return () => {
    const known = drawn.get(key) ?? draw();
    drawn.set(key, known);
    return known;
  };
}
