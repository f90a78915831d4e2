import { readMarking, type RawMarking } from './read-marking';

const MOST_CHARACTERS = 200_000;
const MOST_SHAPES = 100;

/** The shapes of an SVG; its view box, or its size, is the picture. Of any other text none. */
export function svgMarkings(text: string): RawMarking[] {
  const svg = text.slice(0, MOST_CHARACTERS);
  const [, head] = /<svg\b([^<>]*)>/i.exec(svg) ?? [];
  const { viewBox = '', width, height } = attributesOf(head ?? '');
  const [, , boxWidth, boxHeight] = viewBox.split(/[\s,]+/);
  const around = [{ canvasWidth: boxWidth ?? width, canvasHeight: boxHeight ?? height }];
  const shapes = [...svg.matchAll(/<(rect|ellipse|circle|line|polyline|polygon|path)\b([^<>]*)>/gi)];
  return shapes.slice(0, MOST_SHAPES).flatMap(([, tag, attributes = '']) => {
    const marking = readMarking({ ...attributesOf(attributes), type: tag }, around);
    return marking === undefined || marking.outline.length === 0 ? [] : [marking];
  });
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(/\b([a-z][\w-]*)=(?:"([^"]*)"|'([^']*)')/gi)];
  return Object.fromEntries(found.map(([, name = '', double, single]) => [name, double ?? single ?? '']));
}
