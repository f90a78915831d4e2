import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, Scalar, YAMLError, YAMLMap } from 'yaml';

import type { SettingPath } from './config-error';

/** Line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  readonly document: Document;
  readonly faults: readonly (Place & { readonly message: string })[];
  /** Whether the content is usable despite faults: duplicate keys are, broken syntax is not. */
  readonly isReadable: boolean;
  /** The content as plain data; or why it is none: an invalid merge, or aliases that unfold to far too much. */
  plain(): { readonly content: unknown } | { readonly fault: string };
  /** The position of the key or value at a path, else of the nearest enclosing node. */
  place(path: SettingPath, at: 'key' | 'value'): Place;
  /** The scalar at a path, with aliases and merges resolved. */
  scalar(path: SettingPath): Scalar | undefined;
}

/** Maximum expansions of YAML aliases, nested ones included. */
const MAX_ALIASES = 1000;

interface Found {
  readonly key?: Node | undefined;
  readonly value?: Node | undefined;
  readonly isExact: boolean;
}

/** Parses YAML 1.2 with aliases and `<<` merges; does not throw. */
export function readYaml(text: string): YamlDocument {
  // Windows puts a mark before the text, and old Macs end lines with a carriage return.
  const source = text.replace(/^\uFEFF/, '').replaceAll(/\r(?!\n)/g, '\n');
  const lines = new LineCounter();
  const document: Document = parseDocument(source, { lineCounter: lines, merge: true, prettyErrors: false });
  const placeAt = (offset: number | undefined): Place => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems = withoutConsequences([...document.errors, ...document.warnings], (problem) =>
    placeAt(problem.pos[0]),
  );
  const found = problems.map(({ code, message, pos }) => ({
    ...placeAt(pos[0]),
    message: yamlMessage(code, message, lineText(source, placeAt(pos[0]).line)),
  }));
  const misread = encodingFault(source);
  const unusable = (misread === undefined ? structureFaults(document, source) : [misread]).map(
    ({ offset, message }) => ({ ...placeAt(offset), message }),
  );
  return {
    document,
    faults: [...(misread === undefined ? found : []), ...unusable],
    isReadable: unusable.length === 0 && problems.every(({ code }) => code === 'DUPLICATE_KEY'),
    plain: () => plainContent(document),
    place: (path, at) => {
      const { key, value } = find(document, path);
      const node = at === 'key' || !value?.range || isEmpty(value) ? (key ?? value) : value;
      return placeAt(node?.range?.[0]);
    },
    scalar: (path) => {
      const { value, isExact } = find(document, path);
      const target = resolved(document, value);
      return isExact && isScalar(target) ? target : undefined;
    },
  };
}

function plainContent(document: Document): ReturnType<YamlDocument['plain']> {
  try {
    return { content: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown };
  } catch (error) {
    if (error instanceof ReferenceError) return { fault: 'the aliases (*name) unfold to far too much; use fewer' };
    return { fault: 'a merge (<<) can take only groups of settings or aliases of groups; correct the value of <<' };
  }
}

/** One fault per line, and only the first once the parser has lost synchronisation. */
function withoutConsequences(problems: readonly YAMLError[], placeOf: (problem: YAMLError) => Place): YAMLError[] {
  const lines = problems.map((problem) => placeOf(problem).line);
  const isLost = ({ code, message }: YAMLError): boolean =>
    code === 'UNEXPECTED_TOKEN' && message.includes('in YAML stream');
  return problems.filter(
    (problem, index) => index === 0 || (!isLost(problem) && lines.indexOf(lines[index] ?? 0) === index),
  );
}

/** YAML's message without quotes from the file, with a hint for the usual mistake. */
function yamlMessage(code: string, message: string, line: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key occurs twice; keep one of them';
  if (code === 'MULTIPLE_DOCS') return 'the file holds several YAML documents; remove the --- line';
  if (message.includes('call stack')) return 'lists or groups are nested too deeply here';
  if (/^ *\t/.test(line)) return 'a tab indents this line; use spaces';
  const plain = `not readable as YAML: ${message.replace(/: ".*"$/s, '')}`;
  const isUnquoted = /[[{,]\s*(?:[\w-]+:\s*)?\$\{/.test(line);
  return isUnquoted
    ? `inside [ ] or { } write "\${NAME}" in quotes, because braces mean something to YAML there`
    : plain;
}

function lineText(source: string, line: number): string {
  return source.split('\n')[line - 1] ?? '';
}

const KEY_IS_COLLECTION = 'a key must be a single word, not a list or a group';
const UNQUOTED_TEMPLATE = 'write "{{ … }}" in quotes, because braces mean something to YAML';

interface UnusableAt {
  readonly offset: number | undefined;
  readonly message: string;
}

/** Bytes that are not UTF-8 were read as replacement characters, and those of UTF-16 have zeros between them. */
function encodingFault(source: string): UnusableAt | undefined {
  const offset = source.search(/[\uFFFD\0]/);
  const message = 'from here on the file is not text in UTF-8; save it in this encoding';
  return offset === -1 ? undefined : { offset, message };
}

/** Valid YAML that cannot be converted to settings. */
function structureFaults(document: Document, source: string): UnusableAt[] {
  const faults: UnusableAt[] = [];
  visit(document, {
    Pair: (_index, { key }) => {
      const offset = isNode(key) ? key.range?.[0] : undefined;
      if (isCollection(key)) {
        const isTemplate = offset !== undefined && source.slice(offset - 1, offset + 1) === '{{';
        faults.push({ offset, message: isTemplate ? UNQUOTED_TEMPLATE : KEY_IS_COLLECTION });
      }
      if (isScalar(key) && key.value === '__proto__') faults.push({ offset, message: '__proto__ cannot be a key' });
    },
    Alias: (_key, alias, ancestors) => {
      const target = alias.resolve(document);
      const offset = alias.range?.[0];
      if (target === undefined) faults.push({ offset, message: `*${alias.source} has no &${alias.source} before it` });
      else if (ancestors.includes(target)) faults.push({ offset, message: `*${alias.source} contains itself` });
    },
  });
  return faults;
}

function find(document: Document, path: SettingPath): Found {
  let found: Found = { value: document.contents ?? undefined, isExact: true };
  for (const segment of path) {
    const parent = resolved(document, found.value);
    const next = isMap(parent)
      ? inMap(document, parent, String(segment))
      : isSeq(parent) && typeof segment === 'number'
        ? { key: undefined, value: parent.items[segment] as Node | undefined }
        : undefined;
    if (next === undefined || (next.key === undefined && next.value === undefined)) return { ...found, isExact: false };
    found = { ...next, isExact: true };
  }
  return found;
}

function inMap(document: Document, map: YAMLMap, key: string): Omit<Found, 'isExact'> | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  const own = pairs.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined) return { key: own.key, value: own.value ?? undefined };
  for (const pair of pairs.filter((each) => isScalar(each.key) && each.key.source === '<<')) {
    const merged = resolved(document, pair.value ?? undefined);
    const sources = isSeq(merged) ? (merged.items as Node[]) : [merged];
    for (const source of sources.map((each) => resolved(document, each))) {
      const within = isMap(source) ? inMap(document, source, key) : undefined;
      if (within !== undefined) return within;
    }
  }
  return undefined;
}

function resolved(document: Document, node: Node | undefined): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}
