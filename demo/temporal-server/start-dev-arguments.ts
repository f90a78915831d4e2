import { searchAttributeTypes } from '../../cli/setup/search-attributes';
import { LOOPBACK } from '../ports';

/** All but the last lower the latency and the processor time of a server with one shard; the last is for fairness between studios. */
const dynamicConfig = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  // Otherwise a timer or a retry of less than a second takes a full second.
  'history.timerProcessorMaxTimeShift': '"20ms"',
  'system.enableActivityEagerExecution': true,
  // Four are for queues with thousands of tasks a second: a task and the poll that takes it would meet in different ones.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.enableFairness': true,
};
/** Three times as fast as SQLite's defaults; a power cut may lose the last moments. */
const sqlitePragmas = ['journal_mode=wal', 'synchronous=normal'];

export interface StartDevSettings {
  readonly port: number;
  readonly uiPort: number | 'headless';
  readonly databaseFile?: string | undefined;
  /** Whether the program knows `--ui-disable-news-fetch`, which version 1.5 does not. */
  readonly canDisableNews: boolean;
}

/** The arguments of `temporal server start-dev`. Loopback only, because the dev server has no authentication. */
export function startDevArguments({ port, uiPort, databaseFile, canDisableNews }: StartDevSettings): string[] {
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port)],
    ...(uiPort === 'headless' ? ['--headless'] : ['--ui-ip', LOOPBACK, '--ui-port', String(uiPort)]),
    // The Web UI would otherwise fetch news from the Internet.
    ...(uiPort !== 'headless' && canDisableNews ? ['--ui-disable-news-fetch'] : []),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...Object.entries(searchAttributeTypes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ...(databaseFile === undefined
      ? []
      : ['--db-filename', databaseFile, ...sqlitePragmas.flatMap((pragma) => ['--sqlite-pragma', pragma])]),
  ];
}
