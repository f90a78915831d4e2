import { isGuid, zeroGuid } from '../../wire-values';

/**
 * The GUIDs that stand under any of these keys anywhere in a body, in lower case, each once and in the order met; a key may
 * hold one or a list. It asks for no shape, so that a body nobody understands yet still leads to the next calls.
 */
export function collectIds(keys: readonly string[], body: unknown): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value) as [string, unknown][]) {
      if (!Array.isArray(value) && keys.includes(key)) for (const id of guidsIn(part)) found.add(id);
      look(part);
    }
  };
  look(body);
  return [...found];
}

function guidsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .flatMap((one: unknown) => (typeof one === 'string' ? [one.trim().toLowerCase()] : []))
    .filter((one) => isGuid(one) && one !== zeroGuid);
}
