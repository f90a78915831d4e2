import {
  createCeltraClient,
  createCreativeForceClient,
  RequestBudget,
  type CeltraClient,
  type CreativeForceClient,
} from '../../clients';
import type { ExtpostConfig, StudioConfig } from '../../config';
import { summariseList } from '../../domain/shared/text';
import { creativeForceSettings } from '../../workers';
import type { WaitSettings } from '../celtra/settled-outputs';
import { CommandError, exitCodes } from '../exit-codes';

/**
 * Workers take 15 of the gateway's 20 requests a second (docs/reference/creative-force.md#rate-limit), so that this is
 * room to spare.
 */
const REQUESTS_PER_SECOND = 5;

/** A studio's two sides, for commands that only look. */
export interface StudioClients {
  readonly name: string;
  readonly settings: StudioConfig;
  readonly creativeForce: CreativeForceClient;
  readonly celtra: CeltraClient;
  readonly wait: WaitSettings;
  /** Largest file that is taken. */
  readonly maxBytes: number;
  /** Whether files may come from this computer. */
  readonly allowLoopback: boolean;
}

/**
 * Builds the clients of one studio of the configuration, with a budget of their own. Throws CommandError for an unknown
 * one.
 */
export function openStudioClients(
  config: ExtpostConfig,
  name: string,
  path: string,
  requestsPerSecond = REQUESTS_PER_SECOND,
): StudioClients {
  const settings = Object.hasOwn(config.studios, name) ? config.studios[name] : undefined;
  if (settings === undefined) {
    const names = summariseList(Object.keys(config.studios));
    throw new CommandError(`There is no studio "${name}" in ${path}; there is ${names}.`, exitCodes.wrongUse);
  }
  const { celtra } = settings;
  const { poll, renders } = celtra;
  return {
    name,
    settings,
    creativeForce: createCreativeForceClient(creativeForceSettings(name, settings), {
      budget: new RequestBudget({ limit: requestsPerSecond }),
    }),
    celtra: createCeltraClient({ ...celtra, timeouts: { totalMs: celtra.requestTimeout } }),
    wait: {
      backoff: { firstMs: poll.first, factor: poll.factor, maxMs: poll.max },
      deadlineMs: poll.deadline,
      ...renders,
    },
    maxBytes: config.worker.spool.maxBytes,
    allowLoopback: config.worker.allowLoopback,
  };
}
