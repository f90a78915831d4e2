import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { projectPath } from './compose-file';

function check(address: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [projectPath('deploy/health-check.js'), address], (error, _out, said) => {
      resolve({ code: error === null ? 0 : Number(error.code), said });
    });
  });
}

describe('deploy/health-check.js', () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/well' ? 200 : 503).end();
  });
  let base = '';
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  it('ends with 0 when the answer is good', async () => {
    expect(await check(`${base}/well`)).toEqual({ code: 0, said: '' });
  });

  it('ends with 1 and says why when the answer is bad', async () => {
    expect(await check(`${base}/ill`)).toEqual({ code: 1, said: `Not healthy: ${base}/ill answered 503.\n` });
  });

  it('ends with 1 and says why when nobody answers', async () => {
    const { code, said } = await check('http://127.0.0.1:1/');
    expect(code).toBe(1);
    expect(said).toMatch(/^Not healthy: .*\n$/);
  });
});
