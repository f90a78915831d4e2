import type { ServerResponse } from 'node:http';

import type { CreativeForceSettings } from '../../../clients';
import { createCreativeForceClient } from '../../../clients/creative-force/client';
import { RequestBudget } from '../../../clients/http/request-budget';
import { closingAfterEach, dispatcherFor, sendJson, startServer, type Seen } from '../test-server';

export const secret = 'client-secret-that-must-stay-home';
export const ids = {
  task: 'a3b4c5d6-1111-4222-8333-944445555666',
  workspace: '0b1c2d3e-1111-4222-8333-944445555666',
  shot: '3e4f5061-1111-4222-8333-944445555666',
  spec: '4f506172-1111-4222-8333-944445555666',
  asset: '50617283-1111-4222-8333-944445555666',
};
export const ecomTask = { studio: 'acme', taskId: ids.task, contentCreationType: 'ecom' } as const;

/** What a test's gateway does: by default tokens are handed out and numbered. */
export interface StandIn {
  answer: (seen: Seen, response: ServerResponse) => void;
  token: (response: ServerResponse, number: number) => void;
}

/** A gateway with its token endpoint, and a client of it; both are closed after the test. */
export function gatewayStandIn() {
  const onClose = closingAfterEach();
  return async (
    standIn: Partial<StandIn> = {},
    settings: Partial<CreativeForceSettings> = {},
    now: () => number = Date.now,
  ) => {
    let tokens = 0;
    const tokenRequests: Seen[] = [];
    const calls: Seen[] = [];
    const server = await startServer((seen, response) => {
      if (seen.url === '/connect/token') {
        tokenRequests.push(seen);
        tokens += 1;
        if (standIn.token) standIn.token(response, tokens);
        else
          sendJson(response, 200, { access_token: `token-number-${tokens}`, expires_in: 3600, token_type: 'Bearer' });
        return;
      }
      calls.push(seen);
      if (standIn.answer) standIn.answer(seen, response);
      else sendJson(response, 200, {});
    });
    onClose(() => server.close());
    const client = createCreativeForceClient(
      {
        baseUrl: `${server.origin}/v1/`,
        tokenUrl: `${server.origin}/connect/token`,
        clientId: 'app',
        clientSecret: secret,
        ...settings,
      },
      { budget: new RequestBudget({ limit: 1_000 }), dispatcher: dispatcherFor(onClose), now },
    );
    return { client, calls, tokenRequests, origin: server.origin };
  };
}
