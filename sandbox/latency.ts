import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { gatewayEndpoints } from './creative-force/endpoints';
import { createRandom, type Random } from './random';

/** How long something takes, in milliseconds: always the same, or log-normally distributed around a median. */
export const duration = z.union([
  z.number().min(0),
  z.strictObject({ medianMs: z.number().min(0), sigma: z.number().min(0).max(3) }),
]);
export type Duration = z.infer<typeof duration>;

/** How long each service takes to answer. What is refused for its rate, its token or its headers is refused at once. */
export const latencySettings = z.strictObject({
  gateway: duration.describe('calls of the gateway under `/v1`'),
  gatewayEndpoints: z
    .partialRecord(z.enum(gatewayEndpoints), duration)
    .describe('single endpoints that take another time: `{ "submitAssets": 400 }`'),
  token: duration.describe('calls of `/connect`'),
  celtra: duration.describe('exports'),
  celtraFiles: duration.describe('from the request for a file to its first byte'),
  store: duration.describe('calls of the object store, before the body of an upload is read'),
});
export type LatencyOptions = z.infer<typeof latencySettings>;

export const latencyDefaults: LatencyOptions = {
  gateway: 0,
  gatewayEndpoints: {},
  token: 0,
  celtra: 0,
  celtraFiles: 0,
  store: 0,
};

/** Draws how long something takes, in milliseconds. */
export function drawDuration(asked: Duration, random: Random): number {
  if (typeof asked === 'number') return asked;
  // Box–Muller; 1 - fraction() is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  return asked.medianMs * Math.exp(asked.sigma * normal);
}

/** Waits as long as a service takes to answer, as the settings say at that moment. */
export interface Latencies {
  /** `factor` makes the wait longer, for a service that is busy. */
  wait(service: 'gateway' | 'token' | 'celtra' | 'celtraFiles' | 'store', factor?: number): Promise<void>;
  waitForEndpoint(endpoint: string): Promise<void>;
}

/** The same seed gives the same waits, in the order of the requests. */
export function createLatencies({
  latency,
  seed,
}: {
  readonly latency: LatencyOptions;
  readonly seed: string;
}): Latencies {
  const random = createRandom(`${seed}/latency`);
  const pause = async (asked: Duration, factor = 1): Promise<void> => {
    const milliseconds = drawDuration(asked, random) * factor;
    if (milliseconds > 0) await sleep(milliseconds, undefined, { ref: false });
  };
  return {
    wait: (service, factor) => pause(latency[service], factor),
    waitForEndpoint(endpoint) {
      if (endpoint === 'token' || endpoint === 'revocation') return pause(latency.token);
      const own = gatewayEndpoints.find((name) => name === endpoint);
      return pause((own && latency.gatewayEndpoints[own]) ?? latency.gateway);
    },
  };
}

/** Makes a service answer late. Requests that an `onRequest` hook refuses are answered at once. */
export function addLatency(app: FastifyInstance, wait: (endpoint: string) => Promise<void>): void {
  app.addHook('preHandler', async ({ routeOptions: { config } }) => {
    await wait('endpoint' in config && typeof config.endpoint === 'string' ? config.endpoint : '');
  });
}
