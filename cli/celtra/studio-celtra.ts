import { createCeltraClient, type CeltraClient } from '../../clients';
import { loadConfig, type StudioConfig } from '../../config';
import { summariseList } from '../../domain/shared/text';
import { CommandError, exitCodes } from '../exit-codes';
import type { WaitSettings } from './settled-outputs';

/** What the commands need of a studio's Celtra account. */
export interface StudioCeltra {
  readonly client: CeltraClient;
  readonly caller: string;
  readonly wait: WaitSettings;
  /** Largest file that is taken. */
  readonly maxBytes: number;
  /** Whether files may come from this computer. */
  readonly allowLoopback: boolean;
  readonly transfersInParallel: number;
}

/** What a person may allow for one command that the configuration does not. */
export interface Allowances {
  readonly undocumentedOperators: boolean;
  readonly assetFormats: readonly string[];
}

/** Reads the configuration and speaks to the Celtra account of one studio. Throws ConfigError or CommandError. */
export async function openStudioCeltra(path: string, name: string, allowed: Allowances): Promise<StudioCeltra> {
  const config = await loadConfig({ path, environment: process.env });
  const studio: StudioConfig | undefined = Object.hasOwn(config.studios, name) ? config.studios[name] : undefined;
  if (studio === undefined) {
    const names = summariseList(Object.keys(config.studios));
    throw new CommandError(`There is no studio "${name}" in ${path}; there is ${names}.`, exitCodes.wrongUse);
  }
  const { celtra } = studio;
  const { poll, renders } = celtra;
  return {
    client: createCeltraClient({
      ...celtra,
      undocumentedOperators: allowed.undocumentedOperators || celtra.undocumentedOperators,
      extraAssetFormats: [...celtra.extraAssetFormats, ...allowed.assetFormats],
      timeouts: { totalMs: celtra.requestTimeout },
    }),
    caller: `${celtra.caller} ${name}/by hand`,
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
