/** The sources of all diagrams of the pages, each with the page that it is on. */
export const diagrams = [];

/** A plugin of markdown-it: a fence of the language "mermaid" becomes the component of theme/diagram.js. */
export function mermaidFences(md) {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info, content } = tokens[index];
    if (info.trim() !== 'mermaid') return fence(tokens, index, options, env, self);
    diagrams.push({ page: env.relativePath, source: content });
    return `<MermaidDiagram source="${encodeURIComponent(content)}" />`;
  };
}
