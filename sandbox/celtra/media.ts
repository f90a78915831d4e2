import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { Creative, Design } from '../day/model';
import { flatPixels, type FlatPictures } from '../pictures/flat';
import { layOutPicture } from '../pictures/layouts';
import { encodeGif, mp4Clip } from '../pictures/animation';
import { drawSvg, encodePicture, type PictureFormat, type Pixels } from '../pictures/render';
import type { RequestedFormats } from './asset-formats';
import type { AssetPlan } from './asset-plans';

/** One file to render: an asset of a creative in one version, in the requested formats. */
export interface Render {
  readonly design: Design;
  readonly creative: Creative;
  /** The output id of the creative in this version. */
  readonly outputId: string;
  readonly revision: number;
  readonly asset: AssetPlan;
  readonly formats: RequestedFormats;
  readonly htmlFile: 'zip' | 'html';
}

export type FileFormat = PictureFormat['format'] | 'mp4' | 'mov' | 'gif' | 'zip' | 'html';

export const contentTypes: Readonly<Record<FileFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  tiff: 'image/tiff',
  webp: 'image/webp',
  gif: 'image/gif',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  zip: 'application/zip',
  html: 'text/html; charset=utf-8',
};

/** The file format of a render. */
export function fileFormatOf({ asset, formats, htmlFile }: Render): FileFormat {
  switch (asset.type) {
    case 'Image':
      return formats.image.format;
    case 'File':
      return 'png';
    case 'HTML':
      return htmlFile;
    case 'Video':
      if (formats.video.preset === 'gif') return 'gif';
      return formats.video.preset.startsWith('prores') ? 'mov' : 'mp4';
  }
}

/** A key that is different for every different file. */
export function renderKey(render: Render): string {
  const { creative, revision, asset, formats, htmlFile } = render;
  const asked = {
    Image: [formats.image, formats.pixelRatio],
    Video: [formats.video],
    HTML: [formats.adServer, htmlFile],
    File: [],
  }[asset.type];
  return JSON.stringify([creative.outputId, revision, asset.key, ...asked]);
}

/** Renders the file. `flat`: four coloured fields instead of a layout. */
export async function makeFile(render: Render, flat: FlatPictures | undefined): Promise<Buffer> {
  const { asset, formats } = render;
  if (asset.type === 'Video' && formats.video.preset !== 'gif') return mp4Clip(asset, renderKey(render));
  if (asset.type === 'Image' && flat !== undefined) {
    const [width, height] = [asset.width * formats.pixelRatio, asset.height * formats.pixelRatio];
    return flat.make(renderKey(render), Math.round(width), Math.round(height), formats.image);
  }
  const still = await pixelsOf(render, flat !== undefined, asset.type === 'Image' ? formats.pixelRatio : 1);
  switch (asset.type) {
    case 'Image':
      return encodePicture(still, formats.image);
    case 'File':
      return encodePicture(still, { format: 'png' });
    case 'Video':
      return encodeGif(still, formats.video.loop);
    case 'HTML':
      return makePage(render, await encodePicture(still, { format: 'png' }));
  }
}

/** A wrong picture in place of the promised one. */
export async function makeOtherPicture(
  render: Render,
  format: PictureFormat,
  size: { readonly width: number; readonly height: number },
): Promise<Buffer> {
  return encodePicture(await flatPixels(renderKey(render), size.width, size.height), format);
}

async function pixelsOf(render: Render, isFlat: boolean, ratio: number): Promise<Pixels> {
  const { design, creative, revision, asset } = render;
  if (isFlat) {
    return flatPixels(renderKey(render), Math.round(asset.width * ratio), Math.round(asset.height * ratio));
  }
  const { product } = creative;
  const svg = layOutPicture({
    width: asset.width,
    height: asset.height,
    kind: product.kind,
    colour: product.colour,
    productName: product.name,
    colourName: product.colourName,
    price: product.price,
    callToAction: product.callToAction,
    studio: design.studio.title,
    position: creative.position,
    size: [creative.size, creative.language ?? '', asset.label].filter((part) => part !== '').join(' '),
    revision,
  });
  return drawSvg(svg, ratio);
}

/** A page with its picture: beside it in an archive, or inside it. */
function makePage(render: Render, picture: Buffer): Promise<Buffer> {
  const page = (source: string): Buffer =>
    Buffer.from(
      `<!doctype html>\n<title>${render.creative.outputId}</title>\n<meta name="ad.size" content="width=${render.asset.width},height=${render.asset.height}">\n<!-- ${render.formats.adServer}, revision ${render.revision} -->\n<img src="${source}" alt="">\n`,
    );
  if (render.htmlFile === 'html') {
    return Promise.resolve(page(`data:image/png;base64,${picture.toString('base64')}`));
  }
  const archive = new ZipFile();
  const options = { mtime: new Date('2026-01-01T00:00:00Z') };
  archive.addBuffer(page('image.png'), 'index.html', options);
  archive.addBuffer(picture, 'image.png', { ...options, compress: false });
  archive.end();
  return buffer(archive.outputStream);
}
