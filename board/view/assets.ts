import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

const FOLDER = path.join(__dirname, '..', 'assets');
const ADDRESS = '/assets/';
const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files that pages load, by name. */
const sources: Readonly<Record<string, string>> = {
  'board.css': path.join(FOLDER, 'board.css'),
  'board.js': path.join(FOLDER, 'board.js'),
  'icon.svg': path.join(FOLDER, 'icon.svg'),
  'htmx.js': require.resolve('htmx.org/dist/htmx.min.js'),
};

interface Asset {
  readonly address: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** By name. The address of an asset names its content, so that browsers can keep it for good. */
export type Assets = ReadonlyMap<string, Asset>;

export async function loadAssets(): Promise<Assets> {
  const loaded = await Promise.all(
    Object.entries(sources).map(async ([name, file]) => {
      const content = await readFile(file);
      const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
      const contentType = contentTypes[path.extname(name)] ?? 'application/octet-stream';
      return [name, { address: `${ADDRESS}${hash}/${name}`, contentType, content }] as const;
    }),
  );
  return new Map(loaded);
}

export function serveAssets(server: FastifyInstance, assets: Assets): void {
  for (const { address, contentType, content } of assets.values()) {
    server.get(address, (_request, reply) =>
      reply.type(contentType).header('cache-control', 'public, max-age=31536000, immutable').send(content),
    );
  }
}
