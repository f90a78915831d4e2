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
import { sayingWaits } from './waiting';

/** The gateway's limit (docs/reference/creative-force.md#rate-limit), which the workers share with one command at a time. */
const GATEWAY_LIMIT = 20;
const MOST_OF_A_COMMAND = 5;

/** The requests a second that the workers of this configuration leave for a command. */
export function commandRequestsPerSecond({ worker }: ExtpostConfig): number {
  return Math.min(MOST_OF_A_COMMAND, Math.max(1, GATEWAY_LIMIT - worker.gatewayRequestsPerSecond));
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
  readonly requestsPerSecond?: number;
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
  throw new CommandError(`There is no studio "${name}" in ${path}. It has ${names}.`, exitCodes.wrongUse);
}

/** Creates the clients of a studio, with a request budget of their own. Throws CommandError for an unknown studio. */
export function openStudioClients(
  config: ExtpostConfig,
  name: string,
  path: string,
  {
    requestsPerSecond = commandRequestsPerSecond(config),
    undocumentedOperators = false,
    extraAssetFormats = [],
    showsCeltra = false,
  }: ClientOptions = {},
): StudioClients {
  const settings = findStudio(config, name, path);
  const { celtra } = settings;
  const { poll, renders } = celtra;
  const creativeForceClient = createCreativeForceClient(creativeForceSettings(name, settings), {
    budget: new RequestBudget({ limit: requestsPerSecond }),
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
