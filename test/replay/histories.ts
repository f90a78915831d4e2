import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { version } from '../../package.json';

/** Where recorded histories are kept: `<version of extpost>-<scenario>.json`. */
export const historiesFolder = path.join(__dirname, 'histories');

export interface RecordedHistory {
  readonly file: string;
  readonly scenario: string | undefined;
  readonly text: string;
}

/** Every file of the folder. */
export function recordedHistories(): RecordedHistory[] {
  if (!existsSync(historiesFolder)) return [];
  return readdirSync(historiesFolder).map((file) => ({
    file,
    scenario: /^\d+\.\d+\.\d+-(.+)\.json$/.exec(file)?.[1],
    text: readFileSync(path.join(historiesFolder, file), 'utf8'),
  }));
}

/** Where a scenario is recorded by the extpost of today. */
export function pathOfRecording(scenario: string): string {
  return path.join(historiesFolder, `${version}-${scenario}.json`);
}
