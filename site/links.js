import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

import { repository } from './pages.js';

/** Files of the repository, relative to it, that pages link to and that are no pages: they are copied into the site. */
export const linkedFiles = new Set();

/** Files that a reader of the site may want to have; links to source code become text. */
const downloadable = /\.(?:ya?ml|json)$/;

/**
 * A plugin of markdown-it. Links are written for readers of the repository; in the site a README is the page of its folder, a
 * configuration is a copy, and what else is no page is named without a link. Throws for a link that leads nowhere.
 */
export function repositoryLinks(md) {
  md.core.ruler.push('repository_links', ({ tokens, env }) => {
    for (const { children } of tokens) adaptLinks(children ?? [], env.path);
  });
}

function adaptLinks(tokens, page) {
  let isText = false;
  for (const token of tokens) {
    if (token.type === 'link_open') isText = !adaptLink(token, page);
    else if (token.type !== 'link_close') continue;
    if (isText) Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '' });
  }
}

/** Returns whether the link remains one. */
function adaptLink(token, page) {
  const [target, anchor] = (token.attrGet('href') ?? '').split('#');
  if (target === '' || /^[a-z]+:/.test(target)) return true;
  const file = path.resolve(path.dirname(page), decodeURI(target));
  if (!existsSync(file)) throw new Error(`${path.relative(repository, page)}: the link ${target} leads nowhere.`);
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (statSync(file).isDirectory()) {
    if (!existsSync(path.join(file, 'README.md'))) return false;
    token.attrSet('href', `${path.posix.join(target, 'index.md')}${hash}`);
  } else if (path.basename(file) === 'README.md') {
    token.attrSet('href', `${target.replace(/README\.md$/, 'index.md')}${hash}`);
  } else if (!file.endsWith('.md')) {
    if (!downloadable.test(file)) return false;
    linkedFiles.add(path.relative(repository, file));
    // VitePress leaves links with a target as they are.
    token.attrSet('target', '_blank');
  }
  return true;
}
