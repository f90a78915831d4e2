import { createBoard } from '../../board/server';
import { createAccessCheck } from '../../starters/codec/codec-access';
import { boardOptions } from './board-harness';

const codec = { url: 'http://127.0.0.1:8234', encryptionKey: 'a secret of sixteen' };

async function open(changes: Partial<ReturnType<typeof boardOptions>> = {}) {
  const board = await createBoard({ ...boardOptions({}), codec, ...changes });
  const answer = await board.inject({ url: '/contents', headers: { host: '127.0.0.1:8180' } });
  await board.close();
  return answer;
}

describe('the way from the board to readable contents in Temporal’s Web UI', () => {
  it('leads who is logged in to the codec server, which knows who they are for a minute', async () => {
    const { statusCode, headers } = await open();
    const [address = '', query = ''] = String(headers.location).split('?');
    expect([statusCode, address]).toEqual([303, `${codec.url}/enter`]);
    const authorization = `Bearer ${new URLSearchParams(query).get('access') ?? ''}`;
    const check = (later: number) =>
      createAccessCheck({ encryptionKeys: [codec.encryptionKey] }, () => Date.now() + later)({ authorization });
    expect([check(0), check(61_000)]).toEqual(['ann@studio.example', undefined]);
  });

  it('is closed to who may see only some studios', async () => {
    const { login } = boardOptions({});
    const rules = { ...login.rules, studios: { acme: ['coordinators'] } };
    const { statusCode, headers } = await open({ login: { ...login, rules } });
    expect([statusCode, headers.location]).toEqual([403, undefined]);
  });

  it('does not exist where nothing is encrypted', async () => {
    expect((await open({ codec: undefined })).statusCode).toBe(404);
  });
});
