import type { ServerResponse } from 'node:http';

import { RemoteCallError } from '../../clients/remote-call-error';
import { celtraStandIn } from './celtra/celtra-stand-in';
import { everyCall } from './creative-force/every-call';
import { gatewayStandIn } from './creative-force/gateway-stand-in';
import { errorOf } from './test-server';

/** What proxies, load balancers and servers under maintenance send in place of an answer. */
const forms: readonly (readonly [string, (response: ServerResponse) => unknown])[] = [
  [
    'a page with 200',
    (response) => response.writeHead(200).end('<!DOCTYPE html><html><title>Back soon</title></html>'),
  ],
  ['a page that says it is JSON', (response) => json(response).end('<html><body>Maintenance</body></html>')],
  ['a text', (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('Service unavailable')],
  ['JSON that is cut', (response) => json(response).end('[{"taskId": "a3b4')],
  ['an empty body', (response) => response.writeHead(200, { 'content-length': '0' }).end()],
  ['blanks', (response) => json(response).end(' \r\n')],
  ['a redirect to a page', (response) => response.writeHead(302, { location: 'https://status.example/' }).end()],
  [
    'an error with 200 in place of data',
    (response) => json(response).end('{"Data":null,"Error":{"Message":"We are down for maintenance."}}'),
  ],
  ['an error with 200', (response) => json(response).end('{"message":"We are down for maintenance."}')],
];

function json(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'application/json' });
}

const reads = everyCall.filter(({ name }) => name !== 'startTask' && name !== 'submitAssets');

describe.each(forms)('An answer that is %s', (name, answer) => {
  const startGateway = gatewayStandIn();
  const startCeltra = celtraStandIn();

  it.each(reads)('is unreadable, and nothing was done: $name', async ({ make }) => {
    const { client } = await startGateway({
      answer: (_seen, response) => {
        answer(response);
      },
    });
    const error = await errorOf(make(client));
    expect(error).toBeInstanceOf(RemoteCallError);
    expect(error).toMatchObject({ kind: 'unreadable', system: 'Creative Force', mayHaveActed: false });
  });

  it('does no harm in place of a token', async () => {
    const { client } = await startGateway({
      token: (response) => {
        answer(response);
      },
    });
    const kind = name.startsWith('an error with 200') ? 'contract' : 'unreadable';
    expect(await errorOf(client.readJob('job-1'))).toMatchObject({ kind, mayHaveActed: false });
  });

  it('is unreadable as an export of Celtra', async () => {
    const { client } = await startCeltra((response) => answer(response));
    const request = { filters: { designFile: { id: ['d1'] } }, assetFormats: {}, caller: 'extpost acme/1' };
    expect(await errorOf(client.exportOutputs(request))).toMatchObject({ kind: 'unreadable', mayHaveActed: false });
  });
});
