import { freePortSwitches, runExtpost, temporaryFolder } from './command';

const SEED = '1';

describe('a wild day', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('ends with every task delivered, or with an operator, in whatever form Creative Force speaks', async () => {
    const wild = ['--once', '--forms', 'wild', '--seed', SEED, '--tasks', '20', '--spread', '20'];
    const args = ['start', ...wild, '--folder', folder.path, ...freePortSwitches];
    // The test uses its own server, so the environment must not name another.
    const { exitCode, output } = await runExtpost(args, { TEMPORAL_ADDRESS: '' });
    const problems = output.split('\n').filter((line) => /is (lost|twice|wrong): |asks for no operator: /.test(line));
    expect(problems).toEqual([]);
    // Seven defects of which one is mended, a rejection without a correction, and one that only an event tells of.
    expect(output).toMatch(/20 tasks: 1\d done, \d need attention, 1 bypassed, 1 deleted, 0 lost, 0 twice, 0 wrong/);
    expect(exitCode).toBe(0);
  }, 480_000);
});
