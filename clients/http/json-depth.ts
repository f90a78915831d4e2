/** Far above anything the remote systems send, far below what a recursion over the value can bear. */
export const MAX_JSON_DEPTH = 200;

/** Whether lists and objects stand in one another more than {@link DEEPEST_NESTING} levels deep; never recurses itself. */
export function exceedsMaxDepth(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
