import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ContentCreationType, Studio } from '../day/model';
import { applyFault, corruptResponse, takeFault } from '../faults';
import type { World } from '../world';
import { notFound, refuse } from './error-responses';
import { variationsOf, varyResponse } from './vary-response';
import type { GatewayEndpoint } from './endpoints';
import type { Fault, FaultPoint } from './fault-options';
import { createRateWindow } from './rate-window';
import type { Tokens } from './tokens';

/** A request that passed the gateway's common checks. */
export interface GatewayCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly studio: Studio;
  /** A path parameter, empty when the path has none of that name. */
  readonly parameter: (name: string) => string;
}

type Answer = FastifyReply | Promise<FastifyReply>;

interface RouteExtras {
  /** For a path that exists in one flavour only. */
  readonly flavour?: ContentCreationType;
  /** While it returns false, the path is unknown. */
  readonly isOn?: () => boolean;
}

export interface Gateway {
  /** Adds an endpoint; `path` is relative to `/v1`. */
  route(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    endpoint: GatewayEndpoint,
    handle: (call: GatewayCall) => Answer,
    extras?: RouteExtras,
  ): void;
  /** Adds an OAuth call without the common checks; forced faults apply to it, too. */
  openRoute(
    path: string,
    endpoint: 'token' | 'revocation',
    handle: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
  ): void;
}

const BASE = '/v1';

/**
 * The gateway's common checks: 20 requests a second per address, then the bearer token, the path and method, forced
 * faults, and the role's permission for the endpoint (docs/reference/creative-force.md#permissions). Every request is
 * recorded.
 */
export function createGateway(app: FastifyInstance, world: World, tokens: Tokens): Gateway {
  const { creativeForce } = world.settings;
  const window = createRateWindow(
    () => creativeForce.requestsPerSecond,
    () => performance.now(),
  );
  const callers = new WeakMap<FastifyRequest, Studio>();
  const faults = new WeakMap<FastifyRequest, Fault>();
  let answers = 0;
  const paths: { readonly pattern: RegExp; readonly isOn: () => boolean }[] = [];

  const record = (request: FastifyRequest, status: number): void => {
    world.eventLog.record({
      at: world.now(),
      kind: 'gateway',
      studio: callers.get(request)?.name,
      endpoint: endpointOf(request.routeOptions.config),
      taskId: parametersOf(request)['taskId']?.toLowerCase(),
      status,
    });
  };
  /** True if the fault has sent the response. */
  const isFaulty = async (
    request: FastifyRequest,
    reply: FastifyReply,
    endpoint: FaultPoint,
    flavour?: ContentCreationType,
  ): Promise<boolean> => {
    const fault = takeFault(world, {
      endpoint,
      flavour,
      studio: callers.get(request)?.name,
      taskId: parametersOf(request)['taskId'],
    });
    if (fault === undefined) return false;
    faults.set(request, fault);
    const isAnswered = await applyFault(world, fault, request, reply);
    if (fault.answer === 'hang' || fault.answer === 'reset') record(request, 0);
    return isAnswered;
  };

  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith(`${BASE}/`) && request.url !== BASE) return;
    if (!window.admit(request.ip)) {
      world.eventLog.record({
        at: world.now(),
        kind: 'violation',
        service: 'creative force',
        rule: `more than ${creativeForce.requestsPerSecond} requests in one second`,
      });
      const retryAfter = retryAfterOf(world);
      if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
      return refuse(reply, 429, 'GEN-429', 'TooManyRequests');
    }
    const studio = tokens.studioOf(request.headers.authorization);
    if (studio === undefined) return refuse(reply, 401, 'GEN-401', 'Unauthorized');
    callers.set(request, studio);
    return;
  });
  app.addHook('preSerialization', (request, reply, payload, done) => {
    if (!request.url.startsWith(BASE)) {
      done(null, payload);
      return;
    }
    answers += 1;
    const varied = varyResponse(payload, variationsOf(creativeForce, answers));
    const isWrapped = creativeForce.envelope && reply.statusCode < 300;
    // The envelope of the internal API (docs/reference/creative-force.md#envelope).
    const metadata = { code: 200, message: 'OK', requestId: request.id };
    done(null, isWrapped ? { metadata, data: varied } : varied);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    record(request, reply.statusCode);
    done(null, corruptResponse(faults.get(request), request, payload));
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const isKnown = paths.some(({ pattern, isOn }) => isOn() && pattern.test(path));
    return isKnown ? refuse(reply, 405, 'GEN-405', 'MethodNotAllowed') : notFound(reply);
  });

  return {
    route(method, path, endpoint, handle, { flavour, isOn = () => true } = {}) {
      paths.push({ pattern: new RegExp(`^${BASE}${path.replace(/:[a-zA-Z]+/g, '[^/]+')}/?$`), isOn });
      app.route({
        method,
        url: `${BASE}${path}`,
        config: { endpoint },
        handler: async (request, reply) => {
          const studio = callers.get(request);
          if (studio === undefined) return refuse(reply, 401, 'GEN-401', 'Unauthorized');
          if (!isOn()) return notFound(reply);
          if (await isFaulty(request, reply, endpoint, flavour)) return reply;
          const withheld: readonly string[] = creativeForce.withheld[studio.name] ?? [];
          // A role without the endpoint gets no useful body (docs/reference/creative-force.md#permissions).
          if (withheld.includes(endpoint) || (flavour !== undefined && withheld.includes(`${flavour}:${endpoint}`)))
            return reply.code(403).send();
          return handle({ request, reply, studio, parameter: (name) => parametersOf(request)[name] ?? '' });
        },
      });
    },
    openRoute(path, endpoint, handle) {
      app.post(path, { config: { endpoint } }, async (request, reply) =>
        (await isFaulty(request, reply, endpoint)) ? reply : handle(request, reply),
      );
    },
  };
}

function retryAfterOf(world: World): string | undefined {
  const { retryAfterSeconds, retryAfterAs } = world.settings.creativeForce;
  if (retryAfterSeconds === null) return undefined;
  return retryAfterAs === 'seconds'
    ? String(retryAfterSeconds)
    : new Date(world.now() + retryAfterSeconds * 1000).toUTCString();
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
