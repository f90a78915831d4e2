import type { FaultOf } from './fault-kinds';
import type { FaultContext } from './faults';
import { renderKey, type Render } from './media';
import { faultContextOf, type ResponseContext, type OutputVersion } from './output-version';

/** The state of an asset (docs/reference/celtra.md#status). */
export type AssetState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'error'; readonly message: string; readonly behindPending: boolean }
  /** `overrides`: wrong values that the response shows. */
  | { readonly kind: 'finished'; readonly overrides: FaultOf<'wrong metadata'> | undefined };

/** The state in this response; counts one poll. Faults apply after the normal rendering time. */
export function assetStateOf(outputVersion: OutputVersion, render: Render, context: ResponseContext): AssetState {
  const { renders, faults, caller } = context;
  const faultContext: FaultContext = {
    ...faultContextOf(outputVersion, caller),
    target: renderKey(render),
    asset: render.asset.key,
    drawnOnce: true,
  };
  const isPending = renders.isPending(render);
  if (faults.match('stuck', faultContext) !== undefined || isPending) return { kind: 'pending' };
  const { failsWith } = render.creative;
  if (failsWith !== undefined) return { kind: 'error', message: failsWith, behindPending: false };
  if (render.asset.type === 'Video' && render.formats.video.preset.startsWith('prores')) {
    return { kind: 'error', message: 'This stand-in encodes no ProRes.', behindPending: false };
  }
  const error = faults.match('error', faultContext);
  if (error !== undefined) {
    return {
      kind: 'error',
      message: error.message ?? 'Rendering failed',
      behindPending: error.behindPending === true,
    };
  }
  return { kind: 'finished', overrides: faults.match('wrong metadata', faultContext) };
}
