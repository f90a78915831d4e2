/** Far above anything the remote systems send, far below what a recursion over the value can bear. */
export const DEEPEST_NESTING = 200;

/** Whether lists and objects stand in one another more than {@link DEEPEST_NESTING} levels deep; never recurses itself. */
export function isNestedTooDeeply(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > DEEPEST_NESTING) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
