import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';

import { errorText } from '../../temporal';
import type { BoardOptions } from '../board-options';
import { filterText } from '../shared/filter-text';
import { ifSoon, refreshed } from '../shared/refreshed';
import { seesStudio } from '../viewer';
import { type HomeFilter, homeAddress, homeView } from './home-view';
import { readHealth } from './read-health';
import { type Counts, readCounts, readWaiting, type Waiting } from './read-overview';

/** Pages ask every 15 s, so they show what was true some seconds ago. */
const waitingLimits = { freshMs: 2_000, staleMs: 30_000 };
const countsLimits = { freshMs: 5_000, staleMs: 60_000 };
const healthLimits = { freshMs: 10_000, staleMs: 60_000 };
/** The list does not wait longer for what stands beside it, which the page then asks for again. */
const BESIDE_WITHIN_MS = 50;
/** Sets of studios that somebody sees. */
const MAX_OVERVIEWS = 100;
const MAX_PAGE = 1_000;

interface Overview {
  readonly waiting: () => Promise<Waiting>;
  readonly counts: () => Promise<Counts | 'failed'>;
}

/** The home page: what needs somebody, and beside it what is under way. With `HX-Request` only what changes. */
export function registerHome(server: FastifyInstance, { temporal, config, logger }: BoardOptions): void {
  const { client } = temporal;
  const overviews = new LRUCache<string, Overview>({ max: MAX_OVERVIEWS });
  const health = refreshed(() => readHealth({ server: temporal, config }, Date.now()), healthLimits);
  // The list is what people came for, so it is shown without counts, too.
  const countOrLog = (studios: readonly string[] | undefined): Promise<Counts | 'failed'> =>
    readCounts(client, studios, Date.now()).catch((error: unknown) => {
      logger.warn({ reason: errorText(error) }, 'Temporal could not count the tasks; the home page shows no counts');
      return 'failed';
    });
  const overviewOf = (studios: readonly string[] | undefined): Overview => {
    const key = JSON.stringify(studios?.toSorted() ?? null);
    const overview = overviews.get(key) ?? {
      waiting: refreshed(() => readWaiting(client, studios), waitingLimits),
      counts: refreshed(() => countOrLog(studios), countsLimits),
    };
    overviews.set(key, overview);
    return overview;
  };
  const read = async (studios: readonly string[] | undefined) => {
    const { waiting, counts } = overviewOf(studios);
    // First what people came for: the database answers one after the other.
    const list = await waiting();
    const [counted, lines] = await Promise.all([
      ifSoon(BESIDE_WITHIN_MS, counts()),
      ifSoon(BESIDE_WITHIN_MS, health()),
    ]);
    return { list, counted, lines };
  };

  // The first look of a day would wait for Temporal's caches.
  server.addHook('onListen', async () => {
    await Promise.allSettled([read(undefined)]);
  });
  server.get('/', async (request, reply) => {
    const filter = toFilter(request);
    const { list, counted, lines } = await read(request.viewer.studios);
    const now = Date.now();
    const isFragment = request.headers['hx-request'] === 'true';
    return reply.page(isFragment ? 'home-content' : 'home', {
      title: 'Waiting for me',
      nav: 'home',
      refresh: homeAddress(filter),
      ...homeView(list.rows, filter, now),
      notRead: list.total - list.rows.length,
      ...(counted === 'failed' ? { countsFailed: true } : { counts: counted && withTotal(counted) }),
      // The names of other studios are none of a viewer's business.
      health: lines?.filter(({ studio }) => studio === undefined || seesStudio(request.viewer, studio)),
      isComplete: counted !== undefined && lines !== undefined,
      now: { iso: new Date(now).toISOString(), text: new Date(now).toISOString().slice(11, 16) },
    });
  });
}

function withTotal(counts: Counts) {
  return { ...counts, underWayTotal: counts.underWay.reduce((sum, { count }) => sum + count, 0) };
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
