import { isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
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
/** Of each kind; nobody reads more, and whoever corrects some sees the next ones. */
const MAX_FAULTS = 100;

interface Found {
  readonly key?: Node | undefined;
  readonly value?: Node | undefined;
  readonly isExact: boolean;
}

/** Parses YAML 1.2 with aliases and `<<` merges; does not throw. */
export function readYaml(text: string): YamlDocument {
  // Windows puts a mark before the text, and old Macs end lines with a carriage return.
  const source = text.replace(/^\uFEFF+/, '').replaceAll(/\r(?!\n)/g, '\n');
  const misread = encodingFault(source) ?? nestingFault(source);
  const lines = new LineCounter();
  // Keys that occur twice are found below: the parser compares each key of a group with each other.
  const options = { lineCounter: lines, merge: true, prettyErrors: false, uniqueKeys: false } as const;
  const document: Document = parseDocument(source.slice(0, misread?.offset), options);
  const placeAt = (offset: number | undefined): Place => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Of tags, those that YAML knows are no better here than others.
  const said = [...document.errors, ...document.warnings].filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  const problems = withoutConsequences(said, (problem) => placeAt(problem.pos[0]));
  const sourceLines = source.split('\n');
  const found = problems.slice(0, MAX_FAULTS).map(({ code, message, pos }) => ({
    ...placeAt(pos[0]),
    message: yamlMessage(code, message, sourceLines[placeAt(pos[0]).line - 1] ?? ''),
  }));
  const placed = ({ offset, message }: FaultAt) => ({ ...placeAt(offset), message });
  const unusable = (misread === undefined ? structureFaults(document, source) : [misread]).map(placed);
  return {
    document,
    faults:
      misread === undefined
        ? [...found, ...[...duplicateKeys(document), ...alteredNumbers(document)].map(placed), ...unusable]
        : unusable,
    isReadable: unusable.length === 0 && problems.length === 0,
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
    return { fault: WRONG_MERGE };
  }
}

/** One fault per line, and only the first once the parser has lost synchronisation. */
function withoutConsequences(problems: readonly YAMLError[], placeOf: (problem: YAMLError) => Place): YAMLError[] {
  const isLost = ({ code, message }: YAMLError): boolean =>
    code === 'UNEXPECTED_TOKEN' && message.includes('in YAML stream');
  const lines = new Set<number>();
  return problems.filter((problem, index) => {
    const { line } = placeOf(problem);
    const isFirst = !lines.has(line);
    lines.add(line);
    return index === 0 || (isFirst && !isLost(problem));
  });
}

/** YAML's message without quotes from the file, with a hint for the usual mistake. */
function yamlMessage(code: string, message: string, line: string): string {
  if (code === 'MULTIPLE_DOCS') return 'the file holds several YAML documents; remove the --- line';
  if (/^ *\t/.test(line)) return 'a tab indents this line; use spaces';
  const lookalike = LOOKALIKE.exec(line)?.[0].codePointAt(0);
  if (lookalike !== undefined) {
    const name = `U+${lookalike.toString(16).toUpperCase().padStart(4, '0')}`;
    return `not readable as YAML: this line holds a character (${name}) that only looks like a space, a quote or a colon; type it again`;
  }
  if (/^\s*(?:- )?[\w-]+:[^\s:/]/.test(line)) return 'not readable as YAML: write a space after the colon';
  const plain = `not readable as YAML: ${message.replace(/: ".*"$/s, '')}`;
  const isUnquoted = /[[{,]\s*(?:[\w-]+:\s*)?\$\{/.test(line);
  return isUnquoted
    ? `inside [ ] or { } write "\${NAME}" in quotes, because braces mean something to YAML there`
    : plain;
}

/** Spaces and line ends other than YAML's, marks without width, and quotes and colons of word processors. */
const LOOKALIKE =
  /[\f\v\u0085\u00A0\u00AD\u1680\u2000-\u200F\u2018-\u201F\u2028-\u202F\u205F-\u206F\u3000\uFEFF\uFF1A]/;

const KEY_IS_COLLECTION = 'a key must be a single word, not a list or a group';
const WRONG_MERGE = 'a merge (<<) can take only groups of settings or aliases of groups; correct the value of <<';
const UNQUOTED_TEMPLATE = 'write "{{ … }}" in quotes, because braces mean something to YAML';

interface FaultAt {
  readonly offset: number | undefined;
  readonly message: string;
}

/** Bytes that are not UTF-8 were read as replacement characters, and those of UTF-16 have zeros between them. */
function encodingFault(source: string): FaultAt | undefined {
  const offset = source.search(/[\uFFFD\0]/);
  const message = 'from here on the file is not text in UTF-8; save it in this encoding';
  return offset === -1 ? undefined : { offset, message };
}

/** Deeper than any configuration. The parser calls itself for each level, and must not run out of stack. */
const MAX_LEVELS = 100;

/** Where lists and groups are nested too deeply: by open brackets, by indentation, or by marks of lists in one line. */
function nestingFault(source: string): FaultAt | undefined {
  const message = 'lists or groups are nested too deeply here';
  const indents: number[] = [];
  let brackets = 0;
  let start = 0;
  for (const line of source.split('\n')) {
    const marks = /^(?: *[-?:](?= ))*/.exec(line)?.[0] ?? '';
    const indent = line.search(/[^ ]/);
    while (indent !== -1 && (indents.at(-1) ?? -1) >= indent) indents.pop();
    if (indent !== -1) indents.push(indent);
    const levels = indents.length + marks.replaceAll(' ', '').length;
    if (levels > MAX_LEVELS) return { offset: start, message };
    for (const { index, 0: bracket } of line.matchAll(/[[\]{}]/g)) {
      brackets = Math.max(0, brackets + (bracket === '[' || bracket === '{' ? 1 : -1));
      if (brackets > MAX_LEVELS) return { offset: start + index, message };
    }
    start += line.length + 1;
  }
  return undefined;
}

function duplicateKeys(document: Document): FaultAt[] {
  const faults: FaultAt[] = [];
  visit(document, {
    Map: (_key, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const offset = key.range?.[0];
        if (keys.has(key.value)) faults.push({ offset, message: 'this key occurs twice; keep one of them' });
        keys.add(key.value);
      }
    },
  });
  return faults.slice(0, MAX_FAULTS);
}

/** Where texts stand, and numbers that are compared as texts, in recipes and in cases. */
const TEXTUAL: ReadonlySet<unknown> = new Set(['when', 'filters', 'task', 'wanted', 'creatives']);

/** Codes such as 0123 and 1.10 without quotes, which YAML reads as the numbers 123 and 1.1. */
function alteredNumbers(document: Document): FaultAt[] {
  const faults: FaultAt[] = [];
  visit(document, {
    Scalar: (at, { value, source, range }, ancestors) => {
      if (at === 'key' || typeof value !== 'number' || source === undefined || String(value) === source) return;
      const isTextual = ancestors.some((one) => isPair(one) && isScalar(one.key) && TEXTUAL.has(one.key.value));
      const message = `YAML reads ${source} as the number ${value}; put it in quotes, or write ${value}`;
      if (isTextual) faults.push({ offset: range?.[0], message });
    },
  });
  return faults.slice(0, MAX_FAULTS);
}

/** Tags of what YAML reads without any. What other tags make, such as `!!set`, would be an empty group here. */
const CORE_TAG = /^tag:yaml\.org,2002:(?:bool|float|int|map|merge|null|seq|str)$/;

/** Valid YAML that cannot be converted to settings. */
function structureFaults(document: Document, source: string): FaultAt[] {
  const faults: FaultAt[] = [];
  const anchored = new Map<string, Node>();
  visit(document, {
    Value: (_key, node) => {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
      if (node.tag !== undefined && !CORE_TAG.test(node.tag)) {
        const name = node.tag.replace('tag:yaml.org,2002:', '!!');
        faults.push({ offset: node.range?.[0], message: `the tag ${name} has no meaning here; remove it` });
      }
    },
    Pair: (_index, { key, value }) => {
      if (isScalar(key) && key.source === '<<' && !isMergeable(document, value)) {
        faults.push({ offset: key.range?.[0], message: WRONG_MERGE });
      }
      const offset = isNode(key) ? key.range?.[0] : undefined;
      if (isCollection(key)) {
        const isTemplate = offset !== undefined && source.slice(offset - 1, offset + 1) === '{{';
        faults.push({ offset, message: isTemplate ? UNQUOTED_TEMPLATE : KEY_IS_COLLECTION });
      }
      if (isScalar(key) && key.value === '__proto__') faults.push({ offset, message: '__proto__ cannot be a key' });
    },
    Alias: (_key, alias, ancestors) => {
      // The last one before it that has the name.
      const target = anchored.get(alias.source);
      const offset = alias.range?.[0];
      if (target === undefined) faults.push({ offset, message: `*${alias.source} has no &${alias.source} before it` });
      else if (ancestors.includes(target)) faults.push({ offset, message: `*${alias.source} contains itself` });
    },
  });
  return faults.slice(0, MAX_FAULTS);
}

/** Whether the value of `<<` is a group, or a list of them; what an alias lacks is reported as that. */
function isMergeable(document: Document, value: unknown): boolean {
  const isGroup = (one: unknown): boolean => {
    const target = isAlias(one) ? one.resolve(document) : one;
    return isMap(target) || (isAlias(one) && target === undefined);
  };
  return isGroup(value) || (isSeq(value) && value.items.every(isGroup));
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
