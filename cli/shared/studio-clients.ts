import path from 'node:path';

import {
  createCeltraClient,
  createCreativeForceClient,
  type CeltraClient,
  type CreativeForceClient,
  type RequestBudget,
} from '../../clients';
import type { ExtpostConfig, StudioConfig } from '../../config';
import { summariseList } from '../../domain/shared/text';
import { creativeForceSettings } from '../../workers/composition/client-settings';
import type { WaitSettings } from '../celtra/settled-outputs';
import { usageError } from '../exit-codes';
import { createSharedBudget } from './shared-budget';
import { sayingWaits } from './waiting';

/** The gateway's limit (docs/reference/creative-force.md#rate-limit), which the workers share with the commands. */
const GATEWAY_LIMIT = 20;
const MOST_OF_COMMANDS = 5;

/** The budget of requests that the workers of this configuration leave for the commands, all of this machine together. */
export function commandBudget({ worker }: ExtpostConfig, studio: StudioConfig): Pick<RequestBudget, 'acquire'> {
  const limit = Math.min(MOST_OF_COMMANDS, Math.max(1, GATEWAY_LIMIT - worker.gatewayRequestsPerSecond));
  const gateway = studio.creativeForce.baseUrl;
  return createSharedBudget({ limit, gateway, folder: path.dirname(worker.spool.folder) });
}

/** The clients of a studio, for commands that work without Temporal. */
export interface StudioClients {
  readonly name: string;
  readonly settings: StudioConfig;
  readonly creativeForce: CreativeForceClient;
  readonly celtra: CeltraClient;
  readonly wait: WaitSettings;
  /** Size limit of a downloaded file. */
  readonly maxBytes: number;
  /** Whether files may be downloaded from this computer. */
  readonly allowLoopback: boolean;
  readonly transfersInParallel: number;
}

export interface ClientOptions {
  /** By default that of all commands. */
  readonly budget?: Pick<RequestBudget, 'acquire'>;
  /** What the configuration does not allow, but the user of this command. */
  readonly undocumentedOperators?: boolean;
  readonly extraAssetFormats?: readonly string[];
  /** Whether the command shows itself what it waits for in Celtra. */
  readonly showsCeltra?: boolean;
}

/** The settings of a studio. Throws CommandError for an unknown one. */
export function findStudio(config: ExtpostConfig, name: string, path: string): StudioConfig {
  const settings = Object.hasOwn(config.studios, name) ? config.studios[name] : undefined;
  if (settings !== undefined) return settings;
  const names = summariseList(Object.keys(config.studios));
  throw usageError(`There is no studio "${name}" in ${path}. It has ${names}.`);
}

/** Creates the clients of a studio. Throws CommandError for an unknown studio. */
export function openStudioClients(
  config: ExtpostConfig,
  name: string,
  path: string,
  options: ClientOptions = {},
): StudioClients {
  const { undocumentedOperators = false, extraAssetFormats = [], showsCeltra = false } = options;
  const settings = findStudio(config, name, path);
  const { celtra } = settings;
  const { poll, renders } = celtra;
  const { budget = commandBudget(config, settings) } = options;
  const creativeForceClient = createCreativeForceClient(creativeForceSettings(name, settings), {
    budget,
  });
  const celtraClient = createCeltraClient({
    ...celtra,
    undocumentedOperators: undocumentedOperators || celtra.undocumentedOperators,
    extraAssetFormats: [...celtra.extraAssetFormats, ...extraAssetFormats],
    timeouts: { totalMs: celtra.requestTimeout },
  });
  return {
    name,
    settings,
    creativeForce: sayingWaits(creativeForceClient, 'Creative Force'),
    celtra: showsCeltra ? celtraClient : sayingWaits(celtraClient, 'Celtra'),
    wait: {
      backoff: { firstMs: poll.first, factor: poll.factor, maxMs: poll.max },
      deadlineMs: poll.deadline,
      ...renders,
    },
    maxBytes: config.worker.spool.maxBytes,
    allowLoopback: config.worker.allowLoopback,
    transfersInParallel: config.worker.transfersInParallel,
  };
}
