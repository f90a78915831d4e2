import { createHash, randomBytes } from 'node:crypto';
import type { Creative, Design } from '../day/model';
import { layOutPicture } from '../pictures/layouts';
import { renderPicture, type PictureFormat } from '../pictures/render';
import type { World } from '../world';

/** One picture to be made: a creative as it looked in a version, in a format. */
export interface Render {
  readonly design: Design;
  readonly creative: Creative;
  readonly revision: number;
  readonly format: PictureFormat;
}

interface IssuedFile {
  readonly render: Render;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** Keeps count of what was asked for, and makes pictures when they are wanted. */
export interface Renders {
  /** Counts one answer in which the asset appears; true while it is still pending. */
  isPending(render: Render): boolean;
  /** Opaque, and different whenever the pixels are (celtra.md §6.4). */
  blobHash(render: Render): string;
  /** A fresh address, valid from now. */
  issueAddress(render: Render): string;
  find(token: string): IssuedFile | undefined;
  bytes(render: Render): Promise<Buffer>;
}

/** An output asked for this often is likely to be wanted, so its picture is begun before anybody downloads it. */
const WANTED_AFTER_ANSWERS = 2;

export function createRenders(world: World): Renders {
  const answers = new Map<string, number>();
  const pictures = new Map<string, Promise<Buffer>>();
  const issued = new Map<string, IssuedFile>();
  // One picture at a time leaves the machine's other core to the vendor.
  let line: Promise<unknown> = Promise.resolve();

  const renders: Renders = {
    isPending(render) {
      const key = keyOf(render);
      const count = (answers.get(key) ?? 0) + 1;
      answers.set(key, count);
      if (count >= WANTED_AFTER_ANSWERS && render.creative.failsWith === undefined) {
        renders.bytes(render).catch(() => undefined);
      }
      return count <= world.settings.celtra.rendersTakePolls;
    },
    blobHash: (render) => createHash('sha256').update(keyOf(render)).digest('hex'),
    issueAddress(render) {
      const token = randomBytes(24).toString('base64url');
      issued.set(token, { render, expiresAt: world.now() + world.settings.celtra.urlLifetimeMs });
      return `${world.addresses.celtraFiles}/assets/${token}`;
    },
    find: (token) => issued.get(token),
    bytes(render) {
      const key = keyOf(render);
      const known = pictures.get(key);
      if (known !== undefined) return known;
      const picture = line.then(() => draw(render));
      line = picture.catch(() => undefined);
      pictures.set(key, picture);
      return picture;
    },
  };
  return renders;
}

function keyOf({ creative, revision, format }: Render): string {
  return JSON.stringify([creative.outputId, revision, format]);
}

function draw({ design, creative, revision, format }: Render): Promise<Buffer> {
  const { product, width, height, position, size } = creative;
  const svg = layOutPicture({
    width,
    height,
    kind: product.kind,
    colour: product.colour,
    productName: product.name,
    colourName: product.colourName,
    price: product.price,
    callToAction: product.callToAction,
    studio: design.studio.title,
    position,
    size,
    revision,
  });
  return renderPicture(svg, format);
}
