import { runProgram } from './run-program';
import { LOOPBACK } from './ports';
import type { SearchAttributes } from '../setup/ensure-search-attributes';

/** The first three are for latency, the last for fairness between studios. */
const DYNAMIC_CONFIG: Readonly<Record<string, boolean | number | string>> = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'system.enableActivityEagerExecution': true,
  'matching.enableFairness': true,
};

export interface StartDevSettings {
  readonly port: number;
  readonly uiPort: number | 'headless';
  readonly namespace: string;
  readonly databaseFile?: string | undefined;
  readonly searchAttributes: SearchAttributes;
  readonly extraDynamicConfig?: Readonly<Record<string, boolean | number | string>> | undefined;
  readonly canDisableNews: boolean;
}

/** The arguments of `temporal server start-dev`. Loopback only: the dev server has no log-in. */
export function startDevArguments(settings: StartDevSettings): string[] {
  const { uiPort, databaseFile } = settings;
  const dynamicConfig = { ...DYNAMIC_CONFIG, ...settings.extraDynamicConfig };
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(settings.port)],
    ...(uiPort === 'headless' ? ['--headless'] : ['--ui-ip', LOOPBACK, '--ui-port', String(uiPort)]),
    // The Web UI would otherwise ask the Internet for news, which many networks forbid.
    ...(uiPort !== 'headless' && settings.canDisableNews ? ['--ui-disable-news-fetch'] : []),
    // `default` always exists.
    ...(settings.namespace === 'default' ? [] : ['--namespace', settings.namespace]),
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
    ...Object.entries(settings.searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    // Three times as fast as SQLite's own settings; a power cut may cost the last moments.
    ...(databaseFile === undefined
      ? []
      : [
          '--db-filename',
          databaseFile,
          '--sqlite-pragma',
          'journal_mode=wal',
          '--sqlite-pragma',
          'synchronous=normal',
        ]),
  ];
}

/** Whether this program knows `--ui-disable-news-fetch`, which 1.5 does not. */
export async function knowsNewsSwitch(executable: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const help = await runProgram({
    command: executable,
    args: ['server', 'start-dev', '--help'],
    environment,
    signal: AbortSignal.timeout(30_000),
  });
  return help.lines.some((line) => line.includes('--ui-disable-news-fetch'));
}
