import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

import { ENVIRONMENT, smallFile } from '../config/example-files';
import { testTemporalAddress } from '../starters/test-temporal';
import { freePortSwitches, runExtpost, temporaryFolder } from './command';

const SEED = '1';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await folder.remove();
});

describe('extpost start --once', () => {
  it('ends with every task delivered, or with an operator, in every form of Creative Force, although the worker is killed', async () => {
    let killed = false;
    const wild = ['--once', '--forms', 'wild', '--seed', SEED, '--tasks', '20', '--spread', '20'];
    const args = ['start', ...wild, '--folder', folder.path, ...freePortSwitches];
    // The test uses its own server, so the environment must not name another.
    const { exitCode, output } = await runExtpost(args, { TEMPORAL_ADDRESS: '' }, (soFar) => {
      const worker = /The worker is process (\d+)/.exec(soFar)?.[1];
      if (killed || worker === undefined || !soFar.includes(' Deliver')) return;
      killed = true;
      process.kill(Number(worker), 'SIGKILL');
    });
    const problems = output.split('\n').filter((line) => /is (lost|twice|wrong): |asks for no operator: /.test(line));
    expect(problems).toEqual([]);
    expect(output).toContain('worker has stopped (SIGKILL) and is started again.');
    expect(output).toMatch(/Rejected: waiting until the design of \w+, .+ changes/);
    expect(output).toContain('Correction delivered, accepted');
    expect(output).toContain('Needs attention: no creative');
    expect(output).toContain('(the creative has come)');
    expect(output).toContain('Gone: bypassed in Creative Force');
    // Seven defects of which one is mended, a rejection without a correction, and one that only an event tells of.
    expect(output).toMatch(/20 tasks: 1\d done, \d need attention, 1 bypassed, 1 deleted, 0 lost, 0 twice, 0 wrong/);
    const delivered = await readdir(path.join(folder.path, 'delivered', 'acme'), { recursive: true });
    for (const film of ['_clip_reel.mp4', '_carousel_card1.jpg', '_carousel_card2.mp4']) {
      expect(delivered).toContainEqual(expect.stringContaining(film));
    }
    // A sandbox that other tests keep from running takes in at once what came one by one; gateway-budget.server.test.ts shows the budget.
    const broken = /requests? broke a rule: (.*)\.$/m.exec(output)?.[1];
    expect([undefined, 'more than 20 requests in one second (creative force)']).toContain(broken);
    expect(exitCode).toBe(broken === undefined ? 0 : 4);
  }, 480_000);
});

describe('extpost worker', () => {
  it('says that the port of its health check is taken, and ends', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => {
      squatter.listen(0, '127.0.0.1', resolve);
    });
    const { port } = squatter.address() as AddressInfo;
    const config = path.join(folder.path, 'extpost.yaml');
    const settings = [
      `storage: { folder: ${folder.path}/storage }`,
      `worker: { healthPort: ${port}, spool: { folder: ${folder.path}/spool } }`,
    ];
    await writeFile(config, smallFile({ rest: settings.join('\n') }));
    const { exitCode, output } = await runExtpost(['worker', '--config', config], {
      ...ENVIRONMENT,
      TEMPORAL_ADDRESS: testTemporalAddress(),
    });
    await new Promise((resolve) => squatter.close(resolve));
    expect(output).toContain(`Port ${port} of 127.0.0.1 is taken by another process.`);
    expect(output).not.toContain('Cannot close');
    expect(exitCode).toBe(1);
  });
});
