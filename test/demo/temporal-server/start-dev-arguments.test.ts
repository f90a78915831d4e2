import { startDevArguments } from '../../../demo/temporal-server/start-dev-arguments';

const SETTINGS = {
  port: 7233,
  uiPort: 8233,
  canDisableNews: true,
} as const;

const line = (settings: Partial<Parameters<typeof startDevArguments>[0]> = {}): string =>
  startDevArguments({ ...SETTINGS, ...settings }).join(' ');

describe('startDevArguments', () => {
  it('binds server and Web UI to loopback only', () => {
    expect(line()).toContain('server start-dev --ip 127.0.0.1 --port 7233 --ui-ip 127.0.0.1 --ui-port 8233');
  });

  it('sets what makes a server with one shard quick, and fairness between studios', () => {
    expect(line()).toContain(
      '--dynamic-config-value history.transferProcessorMaxPollRPS=1000 ' +
        '--dynamic-config-value history.timerProcessorMaxPollRPS=1000 ' +
        '--dynamic-config-value history.timerProcessorMaxTimeShift="20ms" ' +
        '--dynamic-config-value system.enableActivityEagerExecution=true ' +
        '--dynamic-config-value matching.numTaskqueueReadPartitions=1 ' +
        '--dynamic-config-value matching.numTaskqueueWritePartitions=1 ' +
        '--dynamic-config-value matching.enableFairness=true',
    );
  });

  it('names the search attributes with their types', () => {
    expect(line()).toMatch(/--search-attribute ExtpostStudio=Keyword .*--search-attribute ExtpostRound=Int/);
  });

  it('writes to the database with a write-ahead log', () => {
    expect(line({ databaseFile: '/data/temporal.db' })).toContain(
      '--db-filename /data/temporal.db --sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=normal',
    );
  });

  it('says nothing of SQLite when the data stays in memory', () => {
    expect(line()).not.toMatch(/sqlite|db-filename/);
  });

  it('asks the Internet for no news', () => {
    expect(line()).toContain('--ui-disable-news-fetch');
  });

  it('leaves the news switch out for a program that does not know it', () => {
    expect(line({ canDisableNews: false })).not.toContain('news');
  });

  it('has no Web UI when headless', () => {
    expect(line({ uiPort: 'headless' })).toContain('--headless');
    expect(line({ uiPort: 'headless' })).not.toContain('--ui-');
  });
});
