import { isRecord } from '../../../record';
import { instant, ownProperty } from '../../../wire-values';
import { findField, findText, type MarkingFields } from './fields';

const authorNames = ['author', 'createdBy', 'createdByName', 'userName', 'user', 'reviewer', 'creator'];
const personNames = ['name', 'displayName', 'fullName', 'userName', 'email'];
const timeNames = ['createdDatetimeUtc', 'createdAt', 'createdUtc', 'createdOn', 'created', 'timestamp', 'date'];
const colourNames = ['colour', 'color', 'stroke', 'strokeColor', 'strokeColour', 'lineColor', 'borderColor', 'fill'];
const LONGEST_NAME = 200;

/** Who has drawn or written something: a name, or an object with one. */
export function readAuthor(fields: MarkingFields): string | undefined {
  const found = authorNames
    .map((name) => findField(fields, [name]))
    .find((value) => value !== undefined && value !== '');
  const name = isRecord(found) ? findText([found], personNames) : typeof found === 'string' ? found.trim() : undefined;
  return name === undefined || name === '' ? undefined : name.slice(0, LONGEST_NAME);
}

/** Unix milliseconds; what is no time counts as none. */
export function readTime(fields: MarkingFields): number | undefined {
  const read = instant.safeParse(findField(fields, timeNames));
  return read.success ? read.data : undefined;
}

const namedColours: Readonly<Record<string, string>> = {
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  yellow: '#ffff00',
  orange: '#ffa500',
  black: '#000000',
  white: '#ffffff',
  magenta: '#ff00ff',
  cyan: '#00ffff',
};

/** `#rrggbb` in lower case, of a hexadecimal, an `rgb(…)` or a common name; also of an object `style`. */
export function readColour(fields: MarkingFields): string | undefined {
  const styles = fields.flatMap((one) => (Object.hasOwn(one, 'style') && isRecord(one['style']) ? [one['style']] : []));
  const text = findText([...fields, ...styles], colourNames)?.toLowerCase() ?? '';
  const [, digits = ''] = /^#?([0-9a-f]{3,8})$/.exec(text) ?? [];
  if (digits.length === 3 || digits.length === 4) {
    return `#${digits.slice(0, 3).replace(/./g, '$&$&')}`;
  }
  if (digits.length === 6 || digits.length === 8) return `#${digits.slice(0, 6)}`;
  const [, red, green, blue] = /^rgba?\((\d{1,3})[, ]+(\d{1,3})[, ]+(\d{1,3})/.exec(text) ?? [];
  if (red !== undefined) return `#${[red, green, blue].map((part) => hex(Number(part))).join('')}`;
  return ownProperty(namedColours, text);
}

function hex(value: number): string {
  return Math.min(255, value).toString(16).padStart(2, '0');
}
