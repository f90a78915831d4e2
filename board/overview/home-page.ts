import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';

import type { BoardOptions } from '../board-options';
import { filterText } from '../shared/filter-text';
import { refreshed } from '../shared/refreshed';
import { type HomeFilter, homeAddress, homeView } from './home-view';
import { readHealth } from './read-health';
import { type Overview, readOverview } from './read-overview';

/** Pages ask every 15 s, so they show what was true some seconds ago. */
const overviewLimits = { freshMs: 2_000, staleMs: 30_000 };
const healthLimits = { freshMs: 10_000, staleMs: 60_000 };
/** Sets of studios that somebody sees. */
const MAX_OVERVIEWS = 100;
const MAX_PAGE = 1_000;

/** The home page: what needs somebody, and beside it what is under way. With `HX-Request` only what changes. */
export function registerHome(server: FastifyInstance, { temporal, config }: BoardOptions): void {
  const overviews = new LRUCache<string, () => Promise<Overview>>({ max: MAX_OVERVIEWS });
  const health = refreshed(() => readHealth({ server: temporal, config }, Date.now()), healthLimits);
  const overviewOf = (studios: readonly string[] | undefined): Promise<Overview> => {
    const key = JSON.stringify(studios?.toSorted() ?? null);
    const read =
      overviews.get(key) ?? refreshed(() => readOverview(temporal.client, studios, Date.now()), overviewLimits);
    overviews.set(key, read);
    return read();
  };

  // The first look of a day would wait for Temporal's caches.
  server.addHook('onListen', async () => {
    await Promise.allSettled([overviewOf(undefined), health()]);
  });
  server.get('/', async (request, reply) => {
    const filter = toFilter(request);
    const now = Date.now();
    const [overview, healthLines] = await Promise.all([overviewOf(request.viewer.studios), health()]);
    const isFragment = request.headers['hx-request'] === 'true';
    return reply.page(isFragment ? 'home-content' : 'home', {
      title: 'Waiting for me',
      nav: 'home',
      refresh: homeAddress(filter),
      ...homeView(overview.waiting, filter, now),
      notRead: overview.waitingTotal - overview.waiting.length,
      waitingTotal: overview.waitingTotal,
      underWay: overview.underWay,
      underWayTotal: overview.underWay.reduce((sum, { count }) => sum + count, 0),
      deliveredToday: overview.deliveredToday,
      health: healthLines,
      now: { iso: new Date(now).toISOString(), text: new Date(now).toISOString().slice(11, 16) },
    });
  });
}

function toFilter({ query }: FastifyRequest): HomeFilter {
  const { studio, cause, stage, page } = query as Readonly<Record<string, unknown>>;
  const number = Number(page);
  return {
    studio: filterText(studio),
    cause: filterText(cause),
    stage: filterText(stage),
    page: Number.isInteger(number) && number > 1 ? Math.min(number, MAX_PAGE) : 1,
  };
}
