import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PortTakenError } from '../../../cli/temporal-server';
import { choosePort, SERVER_PORT, UI_PORT } from '../../../cli/temporal-server/ports';

const listening = async (): Promise<{ port: number; close: () => void }> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
};

describe('choosePort', () => {
  it('gives a port that a server can listen on when 0 is asked for', async () => {
    const port = await choosePort(0, SERVER_PORT);
    expect(await choosePort(port, SERVER_PORT)).toBe(port);
  });

  it.each([
    [SERVER_PORT, /Temporal server wants it\..*--temporal-port.*TEMPORAL_ADDRESS=127\.0\.0\.1:\d+/],
    [UI_PORT, /Temporal Web UI wants it\..*--ui-port\.$/],
  ])('says who wants a taken port and which switch changes it', async (use, message) => {
    const { port, close } = await listening();
    const error: unknown = await choosePort(port, use).catch((reason: unknown) => reason);
    close();
    expect(error).toBeInstanceOf(PortTakenError);
    expect(String(error)).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(String(error)).toMatch(message);
  });
});
