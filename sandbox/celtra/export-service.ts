import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { newestVersion, type Studio } from '../day/model';
import type { World } from '../world';
import { parseAssetFormats } from './asset-formats';
import { CeltraRefusal, parseFilters, requireScope, type ParsedFilters } from './filters';
import { factsOf, outputJson, type Candidate } from './output-json';
import type { Renders } from './renders';

const CONTENT_TYPE = /^application\/json;\s*charset=utf-8$/i;
const JSON_LINES = 'application/jsonlines';
const knownFields = new Set(['filters', 'assetFormats', 'caller']);

interface Answer {
  readonly outputs: readonly Record<string, unknown>[];
  readonly taskIds: readonly string[];
  readonly caller: string | undefined;
  readonly oddities: readonly string[];
}

/** Celtra's hub: `POST /api/export` (celtra.md §3–8). ZIP and TSV do not exist here. */
export function registerCeltraExport(app: FastifyInstance, world: World, renders: Renders): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.setNotFoundHandler((request, reply) =>
    request.url.startsWith('/api/export') && request.method !== 'POST'
      ? reply.code(405).send({ error: 'Only POST is allowed.' })
      : reply.code(404).send({ error: 'Not found.' }),
  );

  app.post('/api/export', (request, reply) => {
    const studio = studioOf(world, request.headers.authorization);
    const record = (status: number, answer: Partial<Answer>, problem?: string): void => {
      world.chronicle.record({
        at: world.now(),
        kind: 'celtra',
        studio: studio?.name,
        status,
        caller: answer.caller,
        outputs: answer.outputs?.length ?? 0,
        pending: answer.outputs?.filter((output) => output['status'] === 'pending').length ?? 0,
        taskIds: answer.taskIds ?? [],
        oddities: answer.oddities ?? [],
        problem,
      });
    };
    if (studio === undefined) {
      record(401, {}, 'credentials');
      return reply.code(401).header('www-authenticate', 'Basic realm="Celtra"').type('text/plain').send('Unauthorized');
    }
    try {
      const asLines = checkHeaders(request);
      const answer = answerExport(world, studio, renders, request.body);
      record(200, answer);
      if (asLines)
        return reply.type(JSON_LINES).send(answer.outputs.map((output) => `${JSON.stringify(output)}\n`).join(''));
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.outputs));
    } catch (error) {
      if (!(error instanceof CeltraRefusal)) throw error;
      record(error.status, {}, error.message);
      return reply.code(error.status).send({ error: error.message });
    }
  });
}

function studioOf(world: World, authorization: string | undefined): Studio | undefined {
  const given = Buffer.from(/^Basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1] ?? '', 'base64');
  return world.studios.find(({ credentials }) => {
    const expected = Buffer.from(`${credentials.celtraApplicationId}:${credentials.celtraSecretKey}`);
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

/** True when JSON Lines are asked for. */
function checkHeaders(request: FastifyRequest): boolean {
  const { origin, accept } = request.headers;
  if (origin !== undefined) throw new CeltraRefusal(403, 'Requests with an Origin header are refused.');
  if (!CONTENT_TYPE.test(request.headers['content-type'] ?? '')) {
    throw new CeltraRefusal(400, 'Content-Type must be application/json; charset=utf-8.');
  }
  if (accept === JSON_LINES) return true;
  if (accept !== undefined && accept !== '*/*' && accept !== 'application/json') {
    throw new CeltraRefusal(400, `Accept must be application/json or ${JSON_LINES}.`);
  }
  return false;
}

function answerExport(world: World, studio: Studio, renders: Renders, body: unknown): Answer {
  const request = parseBody(body);
  requireScope(request['filters']);
  const filters = parseFilters(request['filters']);
  const { format, oddities } = parseAssetFormats(request['assetFormats']);
  const caller = request['caller'];
  if (caller !== undefined && typeof caller !== 'string') throw new CeltraRefusal(400, 'caller: a text is required.');

  const found = candidates(world, filters).filter((candidate) => filters.matches(factsOf(candidate)));
  // All or nothing: one foreign output refuses the whole request (celtra.md §7).
  if (found.some(({ design }) => design.studio !== studio)) {
    throw new CeltraRefusal(403, 'The user cannot export at least one of the requested outputs.');
  }
  const unknownFields = Object.keys(request).filter((name) => !knownFields.has(name));
  return {
    outputs: found.map((candidate) => outputJson(candidate, format, renders)),
    taskIds: askedTasks(world, studio, filters),
    caller,
    oddities: [...filters.oddities, ...oddities, ...unknownFields.map((name) => `field ${name}`)],
  };
}

function parseBody(body: unknown): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new CeltraRefusal(400, 'The body is not valid JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new CeltraRefusal(400, 'The body must be a JSON object.');
  return Object.fromEntries(Object.entries(parsed));
}

/** The newest version of everything, or every version where the filters pin one. */
function candidates(world: World, filters: ParsedFilters): Candidate[] {
  return world.designs.flatMap((design) =>
    (filters.pinsVersion ? design.versions : [newestVersion(design)]).flatMap((version) =>
      design.creatives.map((creative) => ({ design, creative, version })),
    ),
  );
}

/** Tasks for whose creatives, made or missing, this request asked. */
function askedTasks(world: World, studio: Studio, filters: ParsedFilters): string[] {
  const tasks = world.tasks.filter((task) => task.studio === studio);
  return tasks.flatMap(({ taskId, product, job: { design } }) => {
    const own = [...design.creatives, ...design.missing].filter((creative) => creative.product === product);
    const version = newestVersion(design);
    return own.some((creative) => filters.matches(factsOf({ design, creative, version }))) ? [taskId] : [];
  });
}
