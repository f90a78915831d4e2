import type { FastifyInstance } from 'fastify';
import type { Task } from '../day/model';
import type { World } from '../world';
import { refuse, refuseShape } from './error-responses';
import { registerAuthorize } from './authorize';
import { registerBulkRoutes } from './bulk-routes';
import { createGateway } from './gateway';
import { registerPresignedRoute } from './presigned-route';
import { registerReadRoutes } from './read-routes';
import { registerSubmitRoute } from './submit-route';
import { registerListing, registerTaskRoutes } from './task-routes';
import { createTokens } from './tokens';

/** Creative Force: the authority's OAuth calls and the gateway's vendor endpoints. */
export function registerCreativeForce(app: FastifyInstance, world: World, onAccepted: (task: Task) => void): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(body.toString()));
  });
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      const text = body.toString();
      done(null, text === '' ? undefined : JSON.parse(text));
    } catch {
      done(Object.assign(new Error('not JSON'), { statusCode: 400 }));
    }
  });
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: unknown }).statusCode ?? 500;
    if (status === 415) return refuse(reply, 415, 'GEN-415', 'UnsupportedMediaType');
    if (status === 400) return refuseShape(reply, { $: ['The JSON value could not be converted.'] });
    world.eventLog.record({ at: world.now(), kind: 'failure', message: `Creative Force stand-in: ${String(error)}` });
    return refuse(reply, 500, 'GEN-1', 'UnhandledException');
  });

  const tokens = createTokens(world);
  const gateway = createGateway(app, world, tokens);
  gateway.openRoute('/connect/token', 'token', tokens.answerToken);
  gateway.openRoute('/connect/revocation', 'revocation', tokens.answerRevocation);
  registerAuthorize(app, world, tokens);
  registerListing(gateway, world);
  for (const type of ['ecom', 'editorial'] as const) {
    registerTaskRoutes(gateway, world, type);
    registerSubmitRoute(gateway, world, type, onAccepted);
  }
  registerBulkRoutes(gateway, world);
  registerReadRoutes(gateway, world);
  registerPresignedRoute(gateway, world);
}
