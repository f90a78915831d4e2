import { type Context, type Template, toValueSync, Value } from 'liquidjs';

/**
 * Lets parsed templates provide for missing variables: up to the last `default` of an expression, and in the conditions of
 * tags, what is missing is nothing instead of an error. What is nothing even after a `default` is an error again.
 */
export function withOptionalVariables(templates: readonly Template[]): void {
  for (const template of templates) {
    for (const argument of template.arguments?.() ?? []) if (argument instanceof Value) makeOptional(argument);
    const children = template.children?.(false, true);
    if (children !== undefined) withOptionalVariables(toValueSync<Template[]>(children));
  }
}

/** liquidjs itself allows a missing variable only before a first filter `default`, and never as the argument of one. */
function makeOptional(value: Value): void {
  const evaluateStrictly = value.value.bind(value);
  const afterDefault = value.filters.findLastIndex(({ name }) => name === 'default') + 1;
  value.value = function* evaluate(context: Context, isCondition = false) {
    if (afterDefault === 0 && !isCondition) return yield evaluateStrictly(context);
    const { strictVariables } = context;
    let found: unknown;
    context.strictVariables = false;
    try {
      found = yield value.initial.evaluate(context, true);
      for (const filter of value.filters.slice(0, afterDefault)) found = yield filter.render(found, context);
    } finally {
      context.strictVariables = strictVariables;
    }
    // Fails with the name of what is missing.
    if ((found === undefined || found === null) && !isCondition) return yield evaluateStrictly(context);
    for (const filter of value.filters.slice(afterDefault)) found = yield filter.render(found, context);
    return found;
  };
}
