import { isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml';
import type { Document, Scalar } from 'yaml';

import type { SettingPath } from './config-error';
import { settingAt } from '../reference/settings';
import { NOT_NEEDED } from '../shared/values';

export type ReadFile = (path: string) => Promise<string>;

export interface ResolvedReference {
  readonly written: string;
  /** The resolved values, which must not be shown. */
  readonly values: readonly { readonly name: string; readonly value: string }[];
}

export interface ResolvedReferences {
  readonly filled: ReadonlyMap<Scalar, ResolvedReference>;
  readonly faults: readonly { readonly path: SettingPath; readonly node: Scalar; readonly message: string }[];
}

type Lookup = { readonly value: string } | { readonly fault: string };

const PARTS = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g;

/**
 * Replaces every `${NAME}` in place by the variable, or by the file that `NAME_FILE` names; `$${` stands for `${`. `isNeeded` says of a
 * path whether this run needs it; other references are not looked up.
 */
export async function resolveReferences(
  document: Document,
  environment: NodeJS.ProcessEnv,
  readFile: ReadFile,
  isNeeded: (path: SettingPath) => boolean = () => true,
): Promise<ResolvedReferences> {
  const found = new Map<string, Lookup>();
  const filled = new Map<Scalar, ResolvedReference>();
  const all = scalarsWithReferences(document);
  // A value with an anchor may stand in other places, too.
  const left = all.filter(({ path, isAnchored }) => !isAnchored && !isNeeded(path));
  for (const { node, written } of left) {
    node.value = NOT_NEEDED;
    filled.set(node, { written, values: [] });
  }
  const scalars = all.filter((one) => !left.includes(one));
  const names = new Set(
    scalars.flatMap(({ written }) => [...written.matchAll(PARTS)].flatMap(([, name]) => name ?? [])),
  );
  for (const name of names) found.set(name, await lookUp(name, environment, readFile));

  const faults: { path: SettingPath; node: Scalar; message: string }[] = [];
  for (const { node, path, written } of scalars) {
    const values: { name: string; value: string }[] = [];
    const text = written.replaceAll(PARTS, (part, name: string | undefined) => {
      if (part === '$${') return '${';
      const lookup = name === undefined ? { fault: BROKEN } : (found.get(name) ?? { fault: BROKEN });
      if ('fault' in lookup) {
        faults.push({ path, node, message: lookup.fault });
        return part;
      }
      values.push({ name: name ?? '', value: lookup.value });
      return lookup.value;
    });
    node.value = asNumberWhereAsked(text, path);
    filled.set(node, { written, values });
  }
  return { filled, faults };
}

const BROKEN = 'holds a broken reference; write ${NAME} with letters, digits and _, or $${ for the characters ${';

async function lookUp(name: string, environment: NodeJS.ProcessEnv, readFile: ReadFile): Promise<Lookup> {
  const value = variable(environment, name);
  if (value !== undefined && value !== '') return { value };
  const file = variable(environment, `${name}_FILE`);
  if (file === undefined || file === '') {
    const problem = value === undefined ? 'is not set' : 'is empty';
    return {
      fault: `the environment variable ${name} ${problem}; set it, or let ${name}_FILE name a file that holds the value`,
    };
  }
  try {
    const content = (await readFile(file)).replace(/\r?\n$/, '');
    return content === '' ? { fault: `the file ${file}, named by ${name}_FILE, is empty` } : { value: content };
  } catch (error) {
    return { fault: `the file ${file}, named by ${name}_FILE, cannot be read (${fileErrorCode(error)})` };
  }
}

/** Own properties only, so that `${constructor}` is not found. */
function variable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

export function fileErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no reason given';
}

interface FoundScalar {
  readonly node: Scalar;
  readonly path: SettingPath;
  readonly written: string;
  readonly isAnchored: boolean;
}

function scalarsWithReferences(document: Document): FoundScalar[] {
  const found: FoundScalar[] = [];
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const chain = [...ancestors, node];
      const isAnchored = chain.some((link) => isNode(link) && 'anchor' in link);
      found.push({ node, path: pathOf(chain), written: node.value, isAnchored });
    },
  });
  return found;
}

function pathOf(chain: readonly unknown[]): SettingPath {
  return chain.flatMap((link, index): (string | number)[] => {
    if (isPair(link)) return [isScalar(link.key) ? String(link.key.value) : ''];
    if (isSeq(link) && !isMap(link)) return [link.items.indexOf(chain[index + 1])];
    return [];
  });
}

function asNumberWhereAsked(text: string, path: SettingPath): string | number {
  const type = settingAt(path)?.schema.type;
  const isNumeric = /^-?\d+(\.\d+)?$/.test(text);
  return isNumeric && (type === 'integer' || type === 'number') ? Number(text) : text;
}
