import { once } from 'node:events';
import { createServer } from 'node:net';

import { findFreePort, requireFreePorts, temporalPorts } from '../../demo/ports';

describe('requireFreePorts', () => {
  it('names each port that is taken, what it is for, and the option that changes it', async () => {
    const port = await findFreePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const checking = requireFreePorts(temporalPorts({ temporalPort: port, uiPort: port }));
    await expect(checking).rejects.toThrow(
      `Port ${port} for the Temporal server is taken; choose another with --temporal-port.\n` +
        `Port ${port} for the Temporal Web UI is taken; choose another with --ui-port.`,
    );
    other.close();
  });

  it('takes free ports and 0', async () => {
    const uiPort = await findFreePort();
    await expect(requireFreePorts(temporalPorts({ temporalPort: 0, uiPort }))).resolves.toBeUndefined();
  });
});
