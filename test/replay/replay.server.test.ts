import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker, type ReplayResult } from '@temporalio/worker';

import { recordedHistories, type RecordedHistory } from './histories';
import { scenarios } from './scenarios';

const recorded = recordedHistories();

beforeAll(() => {
  // What does not replay on purpose is no news.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
  });
});

/** Replays histories against the workflow code of today; needs no server. */
async function replay(histories: readonly RecordedHistory[]): Promise<Map<string, ReplayResult['error']>> {
  const results = Worker.runReplayHistories(
    { workflowBundle: { codePath: process.env['EXTPOST_TEST_BUNDLE'] ?? '' } },
    histories.map(({ file, text }) => ({ workflowId: file, history: historyFromJSON(JSON.parse(text)) })),
  );
  const errors = new Map<string, ReplayResult['error']>();
  for await (const { workflowId, error } of results) errors.set(workflowId, error);
  return errors;
}

describe('the recorded histories', () => {
  it('are there for every scenario', () => {
    const kept = new Set(recorded.map(({ scenario }) => scenario));
    expect(Object.keys(scenarios).filter((scenario) => !kept.has(scenario))).toEqual([]);
  });

  it('are each of a scenario that is known', () => {
    const strangers = recorded.filter(({ scenario }) => scenario === undefined || !(scenario in scenarios));
    expect(strangers.map(({ file }) => file)).toEqual([]);
  });

  it('hold no secret and nothing of the machine that recorded them', () => {
    const secrets = /clientSecret|Bearer|presigned|X-Amz|\/work\/|node_modules/i;
    const texts = recorded.map(({ file, text }) => ({ file, text: text + decodedPayloadsOf(text) }));
    expect(texts.filter(({ text }) => secrets.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('all replay with the workflow code of today', async () => {
    const errors = await replay(recorded);
    expect(errors.size).toBe(recorded.length);
    expect(errors.size).toBeGreaterThanOrEqual(Object.keys(scenarios).length);
    expect([...errors].filter(([, error]) => error !== undefined)).toEqual([]);
  });

  it('would not replay if the workflow went another way', async () => {
    const changed = recorded
      .slice(0, 1)
      .map((one) => ({ ...one, text: one.text.replaceAll('"startTask"', '"begin"') }));
    expect([...(await replay(changed)).values()].map((error) => error?.name)).toEqual(['DeterminismViolationError']);
  });
});

/** Payloads are Base64 in a history, so a search of its text alone would find no secret. */
function decodedPayloadsOf(text: string): string {
  return [...text.matchAll(/"data": ?"([^"]*)"/g)]
    .map(([, data]) => Buffer.from(data ?? '', 'base64').toString('utf8'))
    .join('\n');
}
