import type { Dispatcher } from 'undici';

import { withoutTrailing } from '../../domain/shared/text';
import type { WorkerMetrics } from './worker-metrics';

/** The path segment after one of these is an id. */
const COLLECTIONS = new Set(['tasks', 'jobs', 'products', 'projects', 'deliverables']);

/** Counts requests to the gateway when they are sent, so that repeats with a renewed token count too. */
export function countingDispatcher(
  dispatcher: Dispatcher,
  { studio, baseUrl }: { readonly studio: string; readonly baseUrl: string },
  metrics: Pick<WorkerMetrics, 'gatewayRequest'>,
): Dispatcher {
  const base = new URL(baseUrl);
  const basePath = `${withoutTrailing(base.pathname, '/')}/`;
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

/** Of a path that a studio names itself only words are kept, because a label must not hold any text from outside. */
const WORD = /^[A-Za-z][A-Za-z_-]{0,39}$/;

/** The path with `{id}` for every id: `extpost/tasks/a3b4…/start` becomes `/extpost/tasks/{id}/start`. */
function pathTemplate(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  const isId = (segment: string, index: number): boolean =>
    COLLECTIONS.has(segments[index - 1] ?? '') || !WORD.test(segment);
  return `/${segments.map((segment, index) => (isId(segment, index) ? '{id}' : segment)).join('/')}`;
}

/** Reports the status when the response is complete, and nothing for a request that was never sent. */
function counted(
  handler: Dispatcher.DispatchHandler,
  report: (status: number | undefined) => void,
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
      report(status);
      handler.onResponseEnd?.(controller, trailers);
    },
    onResponseError: (controller, error) => {
      if (isWritten) report(undefined);
      handler.onResponseError?.(controller, error);
    },
  };
}
