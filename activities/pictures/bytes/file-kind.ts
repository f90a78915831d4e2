import { filmFormat } from '../../../domain/render/film';

/** Formats that extpost decodes; every other one is refused before a decoder sees it. */
export const pictureFormats = ['jpeg', 'png', 'tiff', 'gif', 'webp'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** What a file is by its first bytes. `format` is `unknown` when nothing is recognised. */
export type FileKind =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  | { readonly kind: 'film'; readonly format: string }
  /** `words` continue "The file is …". */
  | { readonly kind: 'other'; readonly format: string; readonly words: string };

/** As many first bytes as {@link fileKind} looks at. */
export const KIND_BYTES = 1024;

/** Brands of the ISO base media format that are pictures. */
const brands: Readonly<Record<string, readonly [format: string, words: string]>> = {
  avif: ['avif', 'an AVIF picture'],
  avis: ['avif', 'an AVIF picture'],
  heic: ['heic', 'a HEIC picture'],
  heix: ['heic', 'a HEIC picture'],
  heim: ['heic', 'a HEIC picture'],
  heis: ['heic', 'a HEIC picture'],
  hevc: ['heic', 'a HEIC picture'],
  hevx: ['heic', 'a HEIC picture'],
  mif1: ['heif', 'a HEIF picture'],
  msf1: ['heif', 'a HEIF picture'],
  'crx ': ['cr3', 'a camera raw file'],
};

const signatures: readonly (readonly [signature: RegExp, format: string, words: string])[] = [
  [/^8BPS/, 'psd', 'a Photoshop document'],
  [/^%PDF-/, 'pdf', 'a PDF document'],
  [/^(%!PS|\xc5\xd0\xd3\xc6)/, 'eps', 'a PostScript document'],
  [/^(\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/, 'jxl', 'a JPEG XL picture'],
  [/^(\0\0\0\x0cjP {2}\r\n\x87\n|\xff\x4f\xff\x51)/, 'jp2', 'a JPEG 2000 picture'],
  [/^BM/, 'bmp', 'a BMP picture'],
  [/^PK\x03\x04/, 'zip', 'a ZIP archive'],
  [/^\x1f\x8b/, 'gzip', 'compressed with gzip'],
  [/^\0\0[\x01\x02]\0/, 'ico', 'an icon'],
  [/^v\/1\x01/, 'exr', 'an OpenEXR picture'],
  [/^#\?(RADIANCE|RGBE)/, 'hdr', 'a Radiance picture'],
  [/^P[1-7]\s/, 'pnm', 'a PNM picture'],
];

/** Text formats may begin with a byte order mark, spaces and comments. */
const textSignatures: readonly (readonly [signature: RegExp, format: string, words: string])[] = [
  [/<svg[\s>]/i, 'svg', 'an SVG drawing'],
  [/^(<!doctype html|<html|<head|<body|<script)/i, 'html', 'an HTML page'],
  [/^(<\?xml|<!--|<[a-z])/i, 'xml', 'an XML document'],
  [/^[{[]/, 'json', 'JSON text'],
];

/** Recognises a file by its first {@link KIND_BYTES} bytes, whatever its name says. */
export function fileKind(head: Buffer): FileKind {
  const format = pictureFormat(head);
  if (format !== undefined) return { kind: 'picture', format };
  const text = head.toString('latin1', 0, KIND_BYTES);
  const brand = text.slice(4, 8) === 'ftyp' ? pictureBrand(text) : undefined;
  if (brand !== undefined) return { kind: 'other', format: brand[0], words: brand[1] };
  const film = filmFormat(head);
  if (film !== undefined) return { kind: 'film', format: film };
  if (head.length === 0) return { kind: 'other', format: 'unknown', words: 'empty' };
  const words = text.replace(/^(\xef\xbb\xbf)?\s+/, '').replace(/^\xef\xbb\xbf/, '');
  const known =
    signatures.find(([signature]) => signature.test(text)) ??
    textSignatures.find(([signature]) => signature.test(words));
  return known === undefined
    ? { kind: 'other', format: 'unknown', words: 'not a picture that can be read' }
    : { kind: 'other', format: known[1], words: `${known[2]}, not a picture that a spec can ask for` };
}

function pictureFormat(head: Buffer): PictureFormat | undefined {
  const text = head.toString('latin1', 0, 16);
  if (text.startsWith('\xff\xd8')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'webp';
  return /^(II[*+]\0|MM\0[*+])/.test(text) ? 'tiff' : undefined;
}

/** The major brand, else the first compatible one that is a picture, because `mif1` says little. */
function pictureBrand(text: string): readonly [format: string, words: string] | undefined {
  const length = Math.min(text.length, Math.max(16, text.charCodeAt(2) * 256 + text.charCodeAt(3)));
  const major = text.slice(8, 12);
  if (brands[major] === undefined) return undefined;
  if (major !== 'mif1' && major !== 'msf1') return brands[major];
  for (let at = 16; at + 4 <= length; at += 4) {
    const compatible = brands[text.slice(at, at + 4)];
    if (compatible !== undefined && compatible[0] !== 'heif') return compatible;
  }
  return brands[major];
}
