import type { ServerResponse } from 'node:http';

import type { CeltraSettings } from '../../../clients';
import { createCeltraClient } from '../../../clients/celtra/client';
import { closingAfterEach, dispatcherFor, startServer, type Seen } from '../test-server';

export const secretKey = 'celtra key/that+must stay home';

/** Starts a Celtra that answers every request with `answer`, and a client of it; both are closed after the test. */
export function celtraStandIn(onClose = closingAfterEach()) {
  return async (
    answer: (response: ServerResponse, seen: Seen) => unknown,
    settings: Partial<CeltraSettings> | ((origin: string) => Partial<CeltraSettings>) = {},
    now?: () => number,
  ) => {
    const server = await startServer((seen, response) => {
      answer(response, seen);
    });
    onClose(() => server.close());
    const { origin } = server;
    const extra = typeof settings === 'function' ? settings(origin) : settings;
    const client = createCeltraClient(
      { baseUrl: `${origin}/api/`, applicationId: 'app id', secretKey, ...extra },
      { dispatcher: dispatcherFor(onClose), now },
    );
    return { client, server };
  };
}
