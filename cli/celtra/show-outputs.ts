import type { CeltraOutput } from '../../domain/render/celtra-output';
import { plainTable } from '../shared/terminal-text';

/** A table for people. */
export function outputsTable(outputs: readonly CeltraOutput[]): string {
  return plainTable(
    ['name', 'dimensions', 'status', 'sizes', 'output id'],
    outputs.map((output) => [
      output.name ?? '',
      dimensionsOf(output),
      statusOf(output),
      sizesOf(output),
      output.outputId,
    ]),
  );
}

function dimensionsOf(output: CeltraOutput): string {
  const maps = ['contentDimensionsByName', 'customLayoutDimensionsByName', 'mediaLineItemAttributesByName'];
  return maps
    .flatMap((map) => pairsOf(output.facts[map]))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** The map may have one more level (docs/reference/celtra.md#nested-names). */
function pairsOf(map: unknown): [string, string][] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.entries(map).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return [[name, String(value)]];
    }
    return pairsOf(value).map(([inner, text]) => [`${name}.${inner}`, text]);
  });
}

/** Celtra's status with the errors of the assets (docs/reference/celtra.md#status). */
function statusOf({ status, assets }: CeltraOutput): string {
  const errors = assets.flatMap(({ key, status: own, error }) => (own === 'error' ? [`${key}: ${error ?? ''}`] : []));
  return errors.length === 0 ? status : `${status} (${errors.join('; ')})`;
}

function sizesOf({ assets }: CeltraOutput): string {
  const sizes = assets.flatMap(({ width, height }) =>
    width === undefined || height === undefined ? [] : [`${width}×${height}`],
  );
  return [...new Set(sizes)].join(', ');
}
