import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { isExpiredAddress } from '../../clients';
import type { AssetFormats } from '../../domain/recipe/recipe';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { evaluateRenders } from '../../domain/render/render-progress';
import type { RenderedAsset } from '../../domain/render/rendered-asset';
import { failureTypes, type RemoteFailureDetails } from '../../domain/shared/failure-type';
import { getStudio, type Studios } from '../runtime/studios';
import { readPinned, type PinnedOutput } from './pinned-read';
import { renderKey, openAddresses } from './sealed-addresses';

/** After so many refused addresses another one does not help (docs/reference/celtra.md#asset-addresses). */
const MAX_REFUSED_ADDRESSES = 5;

/** A render whose address is wanted. */
export interface AddressedRender {
  readonly studio: string;
  readonly taskId: string;
  readonly output: PinnedOutput;
  readonly asset: Pick<RenderedAsset, 'assetKey'>;
  readonly assetFormats: AssetFormats;
}

/** A secret. */
export interface RenderAddress {
  readonly url: string;
  /** Celtra gave it some time ago, so it may have expired. */
  readonly isKept: boolean;
}

/**
 * The addresses of one batch of renders. Those that Celtra has given before (`sealed`) are used first; it is asked for the others
 * together, when the first is wanted.
 */
export class RenderAddresses {
  #kept: Map<string, string> | undefined;
  /** Celtra's answers by asset formats, which are the same for a whole request. */
  readonly #answers = new Map<string, Promise<readonly CeltraOutput[]>>();

  constructor(
    private readonly studios: Studios,
    private readonly renders: readonly AddressedRender[],
    private readonly signal: AbortSignal,
    private readonly sealed: readonly string[] = [],
  ) {}

  /** Throws a retryable failure while Celtra has no address, and a permanent one if the output is gone or failed. */
  async of(render: AddressedRender): Promise<RenderAddress> {
    const kept = this.#keptOf(render).get(keyOf(render));
    if (kept !== undefined) return { url: kept, isKept: true };
    const formats = JSON.stringify(render.assetFormats);
    const answer = this.#answers.get(formats) ?? this.#ask(render, formats);
    this.#answers.set(formats, answer);
    return { url: addressIn(this.studios, await answer, render), isKept: false };
  }

  /** Another one, in place of a kept one that was refused. Throws like {@link of}. */
  async renewed(render: AddressedRender): Promise<RenderAddress> {
    this.#keptOf(render).delete(keyOf(render));
    return this.of(render);
  }

  #keptOf({ studio, taskId }: AddressedRender): Map<string, string> {
    this.#kept ??= openAddresses(getStudio(this.studios, studio).seal, taskId, this.sealed);
    return this.#kept;
  }

  async #ask({ studio, taskId, assetFormats }: AddressedRender, formats: string): Promise<readonly CeltraOutput[]> {
    const same = this.renders.filter((one) => JSON.stringify(one.assetFormats) === formats);
    const request = { studio, taskId, assetFormats, outputs: same.map(({ output }) => output) };
    return (await readPinned(this.studios, request, this.signal)).outputs;
  }
}

function keyOf({ output, asset, assetFormats }: AddressedRender): string {
  return renderKey(output, asset.assetKey, assetFormats);
}

function addressIn(studios: Studios, answer: readonly CeltraOutput[], { studio, output, asset }: AddressedRender) {
  const { attempt } = activityInfo();
  const { renders } = getStudio(studios, studio);
  // Attempts share no state but their number, so each one has fewer repeats left.
  const limits = {
    ...renders,
    erroredAgain: Math.max(0, renders.erroredAgain - attempt + 1),
    missingAnswers: Math.max(0, renders.missingAnswers - attempt + 1),
  };
  const { outputId } = output;
  // The answer can have an output in the versions of several renders.
  const shown = answer.filter(({ outputId: id, designFile: { contentHash } }) => {
    return id === outputId && [undefined, contentHash].includes(output.contentHash);
  });
  const look = evaluateRenders({ outputs: [output], asset: asset.assetKey }, shown, limits);
  if (look.kind === 'failed') throw ApplicationFailure.nonRetryable(look.message, failureTypes.renderFailed);
  if (look.kind === 'missing') {
    throw ApplicationFailure.nonRetryable(
      `Celtra no longer returns output ${outputId} in the version that was rendered: the design has been changed since.`,
      failureTypes.creativeVanished,
    );
  }
  const url = shown.at(-1)?.assets.find(({ key }) => key === asset.assetKey)?.url;
  if (look.kind === 'pending' || url === undefined) {
    throw ApplicationFailure.retryable(
      `Celtra gives no address for output ${outputId}, asset ${asset.assetKey}, at the moment, although it was rendered. Asking again.`,
      failureTypes.transient,
    );
  }
  return url;
}

/** A refused address, or a page in place of the file, means that it has expired: the next attempt asks again. */
export function expiredAddressFailure(error: unknown, outputId: string): ApplicationFailure | undefined {
  if (!isExpiredAddress(error)) return undefined;
  const details: RemoteFailureDetails = { system: 'Celtra', endpoint: error.endpoint, status: error.status };
  return activityInfo().attempt < MAX_REFUSED_ADDRESSES
    ? ApplicationFailure.retryable(error.message, failureTypes.transient, details)
    : ApplicationFailure.create({
        message: `Celtra’s file host refused ${activityInfo().attempt} addresses of output ${outputId}, each freshly given by Celtra: ${error.message}`,
        type: failureTypes.refused,
        nonRetryable: true,
        details: [details],
      });
}
