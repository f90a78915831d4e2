import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Studio } from '../day/model';
import type { GatewayEndpoint } from '../options';
import type { World } from '../world';
import { notFound, refuse } from './answers';
import { createRateWindow } from './rate-window';
import type { Tokens } from './tokens';

/** A request that has passed the gateway's door. */
export interface GatewayCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly studio: Studio;
  /** A path parameter, empty when the path has none of that name. */
  readonly parameter: (name: string) => string;
}

type Answer = FastifyReply | Promise<FastifyReply>;

export interface Gateway {
  /** Adds an endpoint; `path` is relative to `/v1`. */
  route(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    endpoint: GatewayEndpoint,
    handle: (call: GatewayCall) => Answer,
  ): void;
}

const BASE = '/v1';

/**
 * The gateway's door: 20 requests a second per address, then the bearer token, then the path and method, then the role's
 * tick for the endpoint (creative-force.md §3–5). Every request is written down.
 */
export function createGateway(app: FastifyInstance, world: World, tokens: Tokens): Gateway {
  const { creativeForce } = world.settings;
  const window = createRateWindow(creativeForce.requestsPerSecond, () => performance.now());
  const callers = new WeakMap<FastifyRequest, Studio>();
  const paths: RegExp[] = [];
  const isGatewayPath = (request: FastifyRequest): boolean =>
    request.url.startsWith(`${BASE}/`) || request.url === BASE;

  app.addHook('onRequest', async (request, reply) => {
    if (!isGatewayPath(request)) return;
    if (!window.admit(request.ip)) {
      world.chronicle.record({
        at: world.now(),
        kind: 'violation',
        service: 'creative force',
        rule: `more than ${creativeForce.requestsPerSecond} requests in one second`,
      });
      if (creativeForce.retryAfterSeconds !== undefined) reply.header('retry-after', creativeForce.retryAfterSeconds);
      return refuse(reply, 429, 'GEN-429', 'TooManyRequests');
    }
    const studio = tokens.studioOf(request.headers.authorization);
    if (studio === undefined) return refuse(reply, 401, 'GEN-401', 'Unauthorized');
    callers.set(request, studio);
    return;
  });

  app.addHook('onResponse', (request, reply, done) => {
    const config: unknown = request.routeOptions.config;
    const parameters = parametersOf(request);
    world.chronicle.record({
      at: world.now(),
      kind: 'gateway',
      studio: callers.get(request)?.name,
      endpoint: request.url.startsWith('/connect/token') ? 'token' : endpointOf(config),
      taskId: parameters['taskId']?.toLowerCase(),
      status: reply.statusCode,
    });
    done();
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (paths.some((known) => known.test(path))) return refuse(reply, 405, 'GEN-405', 'MethodNotAllowed');
    return notFound(reply);
  });

  return {
    route(method, path, endpoint, handle) {
      paths.push(new RegExp(`^${BASE}${path.replace(/:[a-zA-Z]+/g, '[^/]+')}/?$`));
      app.route({
        method,
        url: `${BASE}${path}`,
        config: { endpoint },
        handler: async (request, reply) => {
          const studio = callers.get(request);
          if (studio === undefined) return refuse(reply, 401, 'GEN-401', 'Unauthorized');
          // A role without the endpoint gets no useful body (creative-force.md §3).
          if (creativeForce.withheld[studio.name]?.includes(endpoint) === true) return reply.code(403).send();
          return handle({ request, reply, studio, parameter: (name) => parametersOf(request)[name] ?? '' });
        },
      });
    },
  };
}

function parametersOf(request: FastifyRequest): Partial<Record<string, string>> {
  const parameters: unknown = request.params;
  if (typeof parameters !== 'object' || parameters === null) return {};
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

function endpointOf(config: unknown): string {
  const isNamed = typeof config === 'object' && config !== null && 'endpoint' in config;
  return isNamed && typeof config.endpoint === 'string' ? config.endpoint : 'unknown path';
}
