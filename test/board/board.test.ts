import type { Client } from '@temporalio/client';

import { createBoard, startBoard } from '../../board/server';
import { boardOptions } from './board-harness';

describe('the board', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'board.example.com'])(
    'refuses to be served on %s without a log-in',
    async (host) => {
      await expect(startBoard({ ...boardOptions({ host }), login: undefined })).rejects.toThrow(
        `open to everybody who reaches ${host}`,
      );
    },
  );

  it('is served on a loopback address', async () => {
    const board = await startBoard(boardOptions({ host: '127.0.0.1', port: 0 }));
    await board.stop();
    expect(board.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.each([
    ['127.0.0.1:8180', 200],
    ['localhost:8180', 200],
    ['[::1]:8180', 200],
    ['board.example.com', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['not a host', 421],
  ])('answers a request for the host "%s" with %d', async (host, status) => {
    const board = await createBoard(boardOptions({ publicUrl: 'https://board.example.com' }));
    const answer = await board.inject({ url: '/health/live', headers: { host } });
    expect(answer.statusCode).toBe(status);
  });

  it('says that it is not ready while Temporal does not answer', async () => {
    const board = await createBoard(boardOptions({}));
    expect((await board.inject('/health/ready')).statusCode).toBe(503);
  });

  it('shows the list of its home page also when the counts beside it cannot be read', async () => {
    const client = {
      withDeadline: (_deadline: number, call: () => unknown) => call(),
      workflow: {
        list: () => [],
        count: () => Promise.reject(new Error('the database is busy')),
      },
    };
    const board = await createBoard(boardOptions({}, { client: client as unknown as Client }));
    const { statusCode, body } = await board.inject('/');
    expect({ statusCode, body }).toEqual({
      statusCode: 200,
      body: expect.stringMatching(/Nothing is waiting.*Temporal could not count them/s) as string,
    });
  });

  it('answers an unknown address with a page', async () => {
    const board = await createBoard(boardOptions({}));
    const answer = await board.inject('/nothing');
    expect({ status: answer.statusCode, body: answer.body }).toEqual({
      status: 404,
      body: expect.stringContaining('There is no such page'),
    });
  });

  it('serves the files of its pages under addresses that name their content', async () => {
    const board = await createBoard(boardOptions({}));
    const page = await board.inject('/nothing');
    const addresses = [...page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, address]) => address ?? '');
    const answers = await Promise.all(addresses.map((address) => board.inject(address)));
    expect(answers.map(({ statusCode, headers }) => [statusCode, headers['cache-control']])).toEqual(
      addresses.map(() => [200, 'public, max-age=31536000, immutable']),
    );
    expect(addresses).toHaveLength(4);
  });
});
