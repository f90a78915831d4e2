import type { Dispatcher } from 'undici';

import type { WorkerMetrics } from './worker-metrics';

/** Whose gateway is counted, and where it is. */
export interface CountedGateway {
  readonly studio: string;
  readonly baseUrl: string;
}

/** What stands in a path behind one of these is an id, unless it is one of the fixed words. */
const COLLECTIONS = new Set(['tasks', 'jobs', 'products', 'projects', 'deliverables']);

/**
 * A dispatcher that counts one studio's requests to the gateway where they are written to the wire, so that repeats after
 * a renewed token count too. Whatever goes to another host, such as the token endpoint, passes uncounted.
 */
export function countingDispatcher(
  dispatcher: Dispatcher,
  { studio, baseUrl }: CountedGateway,
  metrics: Pick<WorkerMetrics, 'gatewayRequest'>,
): Dispatcher {
  const base = new URL(baseUrl);
  const basePath = `${base.pathname.replace(/\/+$/, '')}/`;
  return dispatcher.compose((dispatch) => (options, handler) => {
    const path = options.path.split('?', 1)[0] ?? '';
    if (String(options.origin) !== base.origin || !path.startsWith(basePath)) return dispatch(options, handler);
    const endpoint = `${options.method} ${pathTemplate(path.slice(basePath.length))}`;
    return dispatch(
      options,
      counted(handler, (status) => {
        metrics.gatewayRequest({ studio, endpoint, status });
      }),
    );
  });
}

/** The path with `{id}` for every id: `extpost/tasks/a3b4…/start` becomes `/extpost/tasks/{id}/start`. */
function pathTemplate(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return `/${segments.map((segment, index) => (COLLECTIONS.has(segments[index - 1] ?? '') ? '{id}' : segment)).join('/')}`;
}

/** Passes everything on, and tells the status once the answer is whole; nothing for a request that was never written. */
function counted(
  handler: Dispatcher.DispatchHandler,
  tell: (status: number | undefined) => void,
): Dispatcher.DispatchHandler {
  let isWritten = false;
  let status: number | undefined;
  return {
    onRequestStart: (controller, context) => {
      isWritten = true;
      handler.onRequestStart?.(controller, context);
    },
    onResponseStart: (controller, statusCode, headers, statusMessage) => {
      status = statusCode;
      handler.onResponseStart?.(controller, statusCode, headers, statusMessage);
    },
    onResponseData: (controller, chunk) => {
      handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd: (controller, trailers) => {
      tell(status);
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError: (controller, error) => {
      if (isWritten) tell(undefined);
      handler.onResponseError?.(controller, error);
    },
  };
}
