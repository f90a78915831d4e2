import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { isExpiredAddress } from '../../clients';
import { failureTypes, type RemoteFailureDetails } from '../../domain/shared/failure-type';
import { evaluateRenders } from '../../domain/render/render-progress';
import { readPinned, type PinnedRequest } from './pinned-read';
import { getStudio, type Studios } from '../runtime/studios';

/** After so many refused addresses another one does not help (docs/reference/celtra.md#asset-addresses). */
const MAX_REFUSED_ADDRESSES = 5;

export interface AssetAddressRequest extends PinnedRequest {
  readonly assetKey: string;
}

/** A secret. Throws a retryable failure while there is none, and a permanent one if the output is gone or failed. */
export async function requestAssetAddress(
  studios: Studios,
  request: AssetAddressRequest,
  signal: AbortSignal,
): Promise<string> {
  const { attempt } = activityInfo();
  const { outputs } = await readPinned(studios, request, signal);
  const { renders } = getStudio(studios, request.studio);
  // Attempts share no state but their number, so each one has fewer repeats left.
  const limits = {
    ...renders,
    erroredAgain: Math.max(0, renders.erroredAgain - attempt + 1),
    missingAnswers: Math.max(0, renders.missingAnswers - attempt + 1),
  };
  const look = evaluateRenders({ outputs: request.outputs, asset: request.assetKey }, outputs, limits);
  if (look.kind === 'failed') throw ApplicationFailure.nonRetryable(look.message, failureTypes.renderFailed);
  const [wanted] = request.outputs;
  if (look.kind === 'missing') {
    throw ApplicationFailure.nonRetryable(
      `Celtra no longer returns output ${wanted?.outputId ?? ''} in the version that was rendered: the design has been changed since.`,
      failureTypes.creativeVanished,
    );
  }
  const url = outputs
    .find(({ outputId }) => outputId === wanted?.outputId)
    ?.assets.find(({ key }) => key === request.assetKey)?.url;
  if (look.kind === 'pending' || url === undefined) {
    throw ApplicationFailure.retryable(
      `Celtra gives no address for output ${wanted?.outputId ?? ''}, asset ${request.assetKey}, at the moment, although it was rendered. Asking again.`,
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
