import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { defineConfig } from 'vitepress';

import { literalBraces } from '../braces.js';
import { mermaidFences } from '../diagrams.js';
import { linkedFiles, repositoryLinks } from '../links.js';
import { repository, sidebar } from '../pages.js';

export default defineConfig({
  title: 'extpost',
  description: 'Delivers Creative Force External Post tasks from Celtra, without supervision',
  srcDir: '..',
  outDir: 'build',
  base: process.env['EXTPOST_SITE_BASE'] ?? '/',
  // The pages are the documents of the repository where they are.
  srcExclude: ['**/build/**', '**/coverage/**', '**/fixtures/**', 'site/**'],
  rewrites: { 'README.md': 'index.md', ':folder(.*)/README.md': ':folder/index.md' },
  markdown: {
    anchor: { slugify: gitHubSlug },
    config(md) {
      md.use(repositoryLinks);
      md.use(mermaidFences);
      md.use(literalBraces);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(),
    outline: [2, 3],
  },
  vite: {
    build: { chunkSizeWarningLimit: 4000, reportCompressedSize: false },
  },
  async buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      await mkdir(path.dirname(path.join(outDir, file)), { recursive: true });
      await cp(path.join(repository, file), path.join(outDir, file));
    }
  },
});

/** The anchor that GitHub gives to a heading; links are written for both. */
function gitHubSlug(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
