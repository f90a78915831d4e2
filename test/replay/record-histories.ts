import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils';

import { FakeWorld } from '../support/fake-world';
import { TestTemporal } from '../support/temporal';
import { historiesFolder, pathOfRecording } from './histories';
import { playScenario, scenarios } from './scenarios';

/**
 * Records the history of every scenario: `npx jest --config jest.record.config.js`. A recording is never overwritten, since
 * it stands for the tasks that are under way at that version; before a release `EXTPOST_RECORD=again` does it all the same.
 */
const mayOverwrite = process.env['EXTPOST_RECORD'] === 'again';

let temporal: TestTemporal;
let world = new FakeWorld();

beforeAll(async () => {
  await mkdir(historiesFolder, { recursive: true });
  temporal = await TestTemporal.connect();
  await temporal.serve(() => world);
});
afterAll(async () => {
  await temporal.close();
});

describe('the recorder', () => {
  it.each(Object.entries(scenarios))('records %s', async (name, scenario) => {
    const file = pathOfRecording(name);
    if (existsSync(file) && !mayOverwrite) {
      throw new Error(`${path.basename(file)} is recorded already; EXTPOST_RECORD=again records it again.`);
    }
    const history = await playScenario(scenario, temporal, (entered) => {
      world = entered;
    });
    await writeFile(file, `${asKept(history)}\n`);
    expect(existsSync(file)).toBe(true);
  });
});

/** A history without what tells of the machine that recorded it, an event a line; none of it matters to a replay. */
function asKept(history: History): string {
  const withoutMachine = (key: string, value: unknown): unknown =>
    key === 'stackTrace' ? undefined : typeof value === 'string' ? withoutNames(value) : value;
  const { events } = JSON.parse(historyToJSON(history)) as { events: readonly unknown[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event, withoutMachine)).join(',\n')}\n]}`;
}

function withoutNames(text: string): string {
  return text.replaceAll(`${process.pid}@${hostname()}`, 'recorder').replaceAll(hostname(), 'host');
}
