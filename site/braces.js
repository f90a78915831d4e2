/** A plugin of markdown-it: Vue reads a page as a template, in which two braces in a row would begin an expression. */
export function literalBraces(md) {
  for (const kind of ['text', 'code_inline']) {
    const render = md.renderer.rules[kind];
    md.renderer.rules[kind] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
}
