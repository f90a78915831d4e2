/** The only time stamp that can be filtered on (docs/reference/celtra.md#filter-paths). */
export const TIMESTAMP_PATH = 'designFile.lastModificationTimestamp';

export function isBranch(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

export function formatPath(path: readonly string[]): string {
  return path.join('.');
}
