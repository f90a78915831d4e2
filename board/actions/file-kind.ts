import { filmFormat } from '../../domain/render/film';

/** How much of a file tells what it is. */
export const KIND_BYTES = 16;

/** JPEG, PNG, GIF, TIFF and BigTIFF, WebP, Photoshop, and HEIF, which begins as a film does. */
const PICTURE = /^(?:\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8|II[*+]\0|MM\0[*+]|RIFF[^]{4}WEBP|8BPS|[^]{4}ftyp)/;

/** Whether a file is a picture or a film by its first {@link KIND_BYTES} bytes, whatever it is called. */
export function isPictureOrFilm(beginning: Uint8Array): boolean {
  return PICTURE.test(Buffer.from(beginning).toString('latin1')) || filmFormat(beginning) !== undefined;
}
