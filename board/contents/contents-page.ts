import type { FastifyInstance } from 'fastify';

import { grantAccess } from '../../starters';
import type { BoardOptions } from '../board-options';

/** Long enough for a redirect. */
const ENTRY_MS = 60_000;

/** Leads who is logged in to the codec server, and by it to Temporal's Web UI with readable contents. */
export function registerContents(server: FastifyInstance, { codec }: Pick<BoardOptions, 'codec'>): void {
  if (codec === undefined) return;
  server.get('/contents', async ({ viewer }, reply) => {
    // A payload does not say whose it is.
    if (viewer.studios !== undefined) {
      return reply.code(403).page('message', {
        title: 'Not possible',
        sentence: 'Temporal’s Web UI shows the tasks of all studios, and you may see only some of them.',
      });
    }
    const access = grantAccess(codec.encryptionKey, viewer.identity?.name ?? viewer.name, Date.now() + ENTRY_MS);
    return reply
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'no-referrer')
      .redirect(`${codec.url}/enter?${new URLSearchParams({ access }).toString()}`, 303);
  });
}
