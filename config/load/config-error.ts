/** The location of a value in `extpost.yaml`: keys and list indices. */
export type SettingPath = readonly (string | number)[];

/** One fault of the configuration; line and column count from 1. */
export interface ConfigFault {
  readonly line: number;
  readonly column: number;
  /** `studios.acme.recipes[0].name`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
  /** The file, unless it is the configuration itself. */
  readonly file?: string | undefined;
}

/** Its message lists every fault, one per line, as `file:line:column path: what to do`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(file: string, faults: readonly ConfigFault[]) {
    const inReadingOrder = faults.toSorted(
      (one, other) =>
        (one.file ?? '').localeCompare(other.file ?? '') || one.line - other.line || one.column - other.column,
    );
    super(inReadingOrder.map((fault) => faultLine(fault.file ?? file, fault)).join('\n'));
    this.faults = inReadingOrder;
  }
}

/** `['studios', 'acme', 'recipes', 0]` as `studios.acme.recipes[0]`. */
export function pathText(path: SettingPath): string {
  return path
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`))
    .join('')
    .replace(/^\./, '');
}

function faultLine(file: string, { line, column, path, message }: ConfigFault): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}
