import { escapeMarkup } from '../escape-markup';
import { drawProduct, mixColours, tonesOf, type DrawingKind } from './drawings';

/** The content of a creative. Sizes are pixels of the rendered picture. */
export interface PictureContent {
  readonly width: number;
  readonly height: number;
  readonly kind: DrawingKind;
  /** `#rrggbb` */
  readonly colour: string;
  readonly productName: string;
  readonly colourName: string;
  readonly price: string;
  readonly callToAction: string;
  readonly studio: string;
  readonly position: string;
  readonly size: string;
  /** 0 in the first version; every edit adds one and changes the look. */
  readonly revision: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An advertisement as an SVG document: product, name, price, call to action and small print. */
export function layOutPicture(content: PictureContent): string {
  const aspect = content.width / content.height;
  const body = aspect > 1.8 ? wide(content) : aspect < 0.7 ? tall(content) : square(content);
  return document(content.width, content.height, body);
}

/** The photograph that the vendor gets as input: the product on a plain background. */
export function layOutPhotograph(content: Pick<PictureContent, 'kind' | 'colour' | 'position'>, edge: number): string {
  const body = `
    <defs><linearGradient id="paper" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f4f3f1"/><stop offset="0.68" stop-color="#e9e7e3"/><stop offset="1" stop-color="#d6d3cd"/></linearGradient></defs>
    <rect width="${edge}" height="${edge}" fill="url(#paper)"/>
    ${product(content, { x: edge * 0.12, y: edge * 0.1, width: edge * 0.76, height: edge * 0.76 })}`;
  return document(edge, edge, body);
}

function document(width: number, height: number, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans">${body}</svg>`;
}

function square(content: PictureContent): string {
  const { width: w, height: h } = content;
  const colours = coloursOf(content);
  return `
    <rect width="${w}" height="${h}" fill="${colours.paper}"/>
    <circle cx="${w * 0.62}" cy="${h * 0.4}" r="${w * 0.36}" fill="${colours.shape}"/>
    <rect x="0" y="${h * 0.76}" width="${w}" height="${h * 0.24}" fill="${colours.ink}"/>
    ${product(content, { x: w * 0.27, y: h * 0.08, width: w * 0.66, height: h * 0.66 })}
    ${wordmark(content, w * 0.06, h * 0.1, w * 0.038, colours.ink)}
    ${badge(content, w * 0.16, h * 0.62, w * 0.1, colours)}
    ${text(content.productName, { x: w * 0.06, y: h * 0.865, maxWidth: w * 0.56, size: h * 0.062, colour: '#ffffff', bold: true })}
    ${text(content.colourName, { x: w * 0.06, y: h * 0.915, maxWidth: w * 0.5, size: h * 0.032, colour: colours.shape })}
    ${button(content, { x: w * 0.66, y: h * 0.825, width: w * 0.28, height: h * 0.082 }, colours)}
    ${smallPrint(content, w * 0.06, h * 0.968, h * 0.02, colours.shape)}`;
}

function tall(content: PictureContent): string {
  const { width: w, height: h } = content;
  const colours = coloursOf(content);
  const box = Math.min(w * 0.92, h * 0.5);
  return `
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0.3" y2="1"><stop offset="0" stop-color="${colours.paper}"/><stop offset="1" stop-color="${colours.shape}"/></linearGradient></defs>
    <rect width="${w}" height="${h}" fill="url(#sky)"/>
    <path d="M0 ${h * 0.58} C${w * 0.3} ${h * 0.5} ${w * 0.7} ${h * 0.7} ${w} ${h * 0.6} V${h} H0 Z" fill="${colours.ink}"/>
    <circle cx="${w / 2}" cy="${h * 0.4}" r="${w * 0.42}" fill="#ffffff" opacity="0.35"/>
    ${wordmark(content, w * 0.08, h * 0.075, w * 0.05, colours.ink)}
    ${text(content.productName, { x: w * 0.08, y: h * 0.155, maxWidth: w * 0.84, size: h * 0.045, colour: colours.ink, bold: true })}
    ${product(content, { x: (w - box) / 2, y: h * 0.41 - box / 2, width: box, height: box })}
    ${badge(content, w * 0.77, h * 0.655, w * 0.13, colours)}
    ${text(content.colourName, { x: w * 0.08, y: h * 0.745, maxWidth: w * 0.55, size: h * 0.026, colour: colours.shape })}
    ${text('New season. Made to last.', { x: w * 0.08, y: h * 0.785, maxWidth: w * 0.6, size: h * 0.02, colour: '#ffffff' })}
    ${button(content, { x: w * 0.08, y: h * 0.835, width: w * 0.84, height: h * 0.06 }, colours)}
    ${smallPrint(content, w * 0.08, h * 0.955, h * 0.0125, colours.shape)}`;
}

function wide(content: PictureContent): string {
  const { width: w, height: h } = content;
  const colours = coloursOf(content);
  return `
    <rect width="${w}" height="${h}" fill="${colours.paper}"/>
    <path d="M0 0 H${w * 0.4} L${w * 0.33} ${h} H0 Z" fill="${colours.shape}"/>
    <circle cx="${w * 0.18}" cy="${h * 0.5}" r="${h * 0.44}" fill="#ffffff" opacity="0.4"/>
    ${product(content, { x: w * 0.18 - h * 0.45, y: h * 0.05, width: h * 0.9, height: h * 0.9 })}
    ${wordmark(content, w * 0.42, h * 0.2, h * 0.075, colours.ink)}
    ${text(content.productName, { x: w * 0.42, y: h * 0.47, maxWidth: w * 0.4, size: h * 0.17, colour: colours.ink, bold: true })}
    ${text(content.colourName, { x: w * 0.42, y: h * 0.6, maxWidth: w * 0.36, size: h * 0.085, colour: mixColours(colours.ink, colours.paper, 0.25) })}
    ${button(content, { x: w * 0.42, y: h * 0.68, width: w * 0.22, height: h * 0.17 }, colours)}
    ${badge(content, w * 0.885, h * 0.42, h * 0.24, colours)}
    ${smallPrint(content, w * 0.42, h * 0.945, h * 0.05, mixColours(colours.ink, colours.paper, 0.3))}`;
}

interface Colours {
  readonly paper: string;
  readonly shape: string;
  readonly ink: string;
  readonly accent: string;
}

/** Colours derived from the product's; each revision is warmer, so that an edit is visible. */
function coloursOf(content: PictureContent): Colours {
  const accents = ['#e4572e', '#1f9d8b', '#7b4ae2', '#d6336c'];
  const base = content.revision === 0 ? content.colour : mixColours(content.colour, '#f2a33a', 0.35);
  return {
    paper: mixColours(base, '#fffdf8', 0.86),
    shape: mixColours(base, '#ffffff', 0.62),
    ink: mixColours(base, '#14161f', 0.78),
    accent: accents[content.revision % accents.length] ?? '#e4572e',
  };
}

function product(content: Pick<PictureContent, 'kind' | 'colour' | 'position'>, box: Box): string {
  const scale = box.width / 400;
  const tones = tonesOf(content.position === 'Back' ? mixColours(content.colour, '#101018', 0.14) : content.colour);
  const drawing = drawProduct(content.kind, tones);
  const shadow = `<ellipse cx="${box.x + box.width / 2}" cy="${box.y + box.height * 0.925}" rx="${box.width * 0.4}" ry="${box.height * 0.035}" fill="#000000" opacity="0.16"/>`;
  const placed = (inner: string): string => `<g transform="translate(${box.x} ${box.y}) scale(${scale})">${inner}</g>`;
  if (content.position === 'Back') return shadow + placed(`<g transform="translate(400 0) scale(-1 1)">${drawing}</g>`);
  if (content.position !== 'Detail') return shadow + placed(drawing);
  const lens = `<clipPath id="lens"><circle cx="200" cy="200" r="182"/></clipPath>`;
  const zoomed = `<g clip-path="url(#lens)"><rect width="400" height="400" fill="#ffffff"/><g transform="translate(-210 -200) scale(2.05)">${drawing}</g></g>`;
  return placed(
    `${lens}${zoomed}<circle cx="200" cy="200" r="182" fill="none" stroke="${tones.dark}" stroke-width="10"/>`,
  );
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  /** Maximum width in pixels; longer texts get a smaller font. */
  readonly maxWidth: number;
  readonly size: number;
  readonly colour: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle';
}

function text(words: string, place: TextPlace): string {
  const widthOfLetter = place.bold === true ? 0.7 : 0.61;
  const size = Math.min(place.size, place.maxWidth / (Math.max(words.length, 1) * widthOfLetter));
  return `<text x="${place.x}" y="${place.y}" font-size="${size.toFixed(1)}" fill="${place.colour}"${place.bold === true ? ' font-weight="bold"' : ''} text-anchor="${place.anchor ?? 'start'}">${escapeMarkup(words)}</text>`;
}

function wordmark(content: PictureContent, x: number, y: number, size: number, colour: string): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" font-weight="bold" letter-spacing="${size * 0.22}">${escapeMarkup(content.studio.toUpperCase())}</text>`;
}

function badge(content: PictureContent, x: number, y: number, radius: number, colours: Colours): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colours.accent}"/>${text(content.price, { x, y: y + radius * 0.18, maxWidth: radius * 1.7, size: radius * 0.55, colour: '#ffffff', bold: true, anchor: 'middle' })}`;
}

function button(content: PictureContent, box: Box, colours: Colours): string {
  return `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="${box.height / 2}" fill="${colours.accent}"/>${text(content.callToAction, { x: box.x + box.width / 2, y: box.y + box.height * 0.64, maxWidth: box.width * 0.8, size: box.height * 0.42, colour: '#ffffff', bold: true, anchor: 'middle' })}`;
}

function smallPrint(content: PictureContent, x: number, y: number, size: number, colour: string): string {
  const edition = content.revision === 0 ? '' : ` · edition ${content.revision + 1}`;
  const words = `${content.position} · ${content.size} · ${content.width} × ${content.height}${edition}`;
  return text(words, { x, y, maxWidth: content.width - x - size, size, colour });
}
