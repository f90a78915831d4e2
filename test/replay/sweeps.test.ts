import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';

const folder = path.join(__dirname, 'sweeps');
const recorded = readdirSync(folder);

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
});

describe('the recorded sweeps', () => {
  it('all replay with the workflow code of today', async () => {
    const replayed = Worker.runReplayHistories(
      { workflowBundle: { codePath: process.env['EXTPOST_TEST_BUNDLE'] ?? '' } },
      recorded.map((file) => ({
        workflowId: file,
        history: historyFromJSON(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))),
      })),
    );
    const errors = new Map<string, string | undefined>();
    for await (const { workflowId, error } of replayed) errors.set(workflowId, error?.message);
    expect([...errors.keys()].sort()).toEqual(recorded.sort());
    expect([...errors].filter(([, message]) => message !== undefined)).toEqual([]);
  });
});
