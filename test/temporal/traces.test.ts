import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityExecuteInput } from '@temporalio/worker';
import { z } from 'zod';

import { openTraces, type Traces } from '../../temporal/traces';
import { traceActivities } from '../../workers/metrics/activity-failures';

const value = z.object({ stringValue: z.string().optional(), intValue: z.number().optional() });
const span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value })),
  status: z.object({ code: z.number() }).optional(),
});
const request = z.object({
  resourceSpans: z.array(
    z.looseObject({ scopeSpans: z.array(z.looseObject({ spans: z.array(span) })), resource: z.looseObject({}) }),
  ),
});

const SECRET = 'a-secret-that-must-not-leave';
const workflowId = 'extpost/acme/a3b4c5d6-1111-4222-8333-944445555666';
const info = {
  activityType: 'submitAssets',
  workflowExecution: { workflowId, runId: 'run-1' },
  attempt: 2,
  taskQueue: 'extpost-gateway',
  isLocal: false,
};

let collector: Server;
let bodies: string[];
let paths: (string | undefined)[];
let traces: Traces;

beforeEach(async () => {
  bodies = [];
  paths = [];
  collector = createServer((incoming, answer) => {
    paths.push(incoming.url);
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      bodies.push(body);
      answer.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  traces = open(`http://127.0.0.1:${port}`);
});
afterEach(async () => {
  await traces.close();
  collector.closeAllConnections();
  collector.close();
});

function open(endpoint: string): Traces {
  const opened = openTraces({ endpoint, service: 'extpost-worker' });
  if (opened === undefined) throw new Error('No traces, although an endpoint is given.');
  return opened;
}

/** Runs an activity that ends like this, with an argument that is secret. */
async function execute(end: () => Promise<unknown>): Promise<unknown> {
  const interceptor = traceActivities(traces)({ info } as never).inbound;
  const input: ActivityExecuteInput = { args: [{ clientSecret: SECRET }], headers: {} };
  return interceptor?.execute?.(input, end);
}

async function received(): Promise<z.output<typeof span>[]> {
  await traces.close();
  return bodies.flatMap((body) =>
    request.parse(JSON.parse(body)).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

/** The attributes of a span as an object. */
function factsOf({ attributes }: z.output<typeof span>): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue } }) => [key, stringValue ?? intValue]),
  );
}

const failure = (category?: ApplicationFailureCategory) =>
  ApplicationFailure.create({ message: SECRET, type: 'Transient', ...(category && { category }) });

describe('traces', () => {
  it('are not made without a collector', () => {
    expect(openTraces({ service: 'extpost-worker' })).toBeUndefined();
  });

  it('show each attempt of an activity to the collector, with its task, run, queue and result', async () => {
    await execute(() => Promise.resolve(SECRET));
    const [only] = await received();
    expect(paths).toEqual(['/v1/traces']);
    expect(only?.name).toBe('submitAssets');
    expect(only && factsOf(only)).toEqual({
      'temporal.workflow.id': workflowId,
      'temporal.run.id': 'run-1',
      'temporal.activity.attempt': 2,
      'temporal.task_queue': 'extpost-gateway',
      'temporal.activity.local': 'false',
      'extpost.result': 'completed',
    });
  });

  it.each([
    ['fails', failure(), { 'extpost.result': 'failed', 'error.type': 'Transient' }, 2],
    ['breaks', new TypeError(SECRET), { 'extpost.result': 'failed', 'error.type': 'TypeError' }, 2],
    ['is asked again', failure(ApplicationFailureCategory.BENIGN), { 'extpost.result': 'again' }, 0],
    ['is cancelled', new CancelledFailure(SECRET), { 'extpost.result': 'cancelled' }, 0],
  ])('say that an attempt %s, but not what the message says', async (_what, error, facts, status) => {
    await expect(execute(() => Promise.reject(error))).rejects.toBe(error);
    const [only] = await received();
    expect(only && factsOf(only)).toMatchObject(facts);
    expect(only?.status?.code ?? 0).toBe(status);
    expect(bodies.join()).not.toContain(SECRET);
  });

  it('hold no argument, result or header of an activity', async () => {
    await execute(() => Promise.resolve({ uploadUrl: SECRET }));
    await received();
    expect(bodies.join()).toContain(workflowId);
    expect(bodies.join()).not.toContain(SECRET);
  });

  it('put everything about a task into one trace, whichever process reports it', async () => {
    await execute(() => Promise.resolve());
    const input = { signalName: 'taskEvent', options: { workflowId }, signalArgs: [SECRET] } as never;
    await traces.clientInterceptor.signalWithStart?.(input, () => Promise.resolve('run-1'));
    const spans = await received();
    expect(spans.map(({ name }) => name)).toEqual(['submitAssets', 'signalWithStart taskEvent']);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(bodies.join()).not.toContain(SECRET);
  });

  it('cost nothing but spans while the collector is away', async () => {
    collector.closeAllConnections();
    collector.close();
    await once(collector, 'close');
    expect(await execute(() => Promise.resolve('done'))).toBe('done');
    const began = performance.now();
    await traces.close();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
