import type { FaultOf } from './fault-kinds';
import type { FaultContext } from './faults';
import { renderKey, type Render } from './media';
import { faultContextOf, type ResponseContext, type OutputVersion } from './output-version';

/** Where an asset stands (docs/reference/celtra.md#status). */
export type AssetState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'error'; readonly message: string; readonly behindPending: boolean }
  /** `words`: what the answer is to say instead of the truth. */
  | { readonly kind: 'finished'; readonly words: FaultOf<'wrong words'> | undefined };

/** Decides it for this answer, counting one poll; faults come after the render's own time. */
export function assetStateOf(candidate: OutputVersion, render: Render, context: ResponseContext): AssetState {
  const { renders, faults, caller } = context;
  const occasion: FaultContext = {
    ...faultContextOf(candidate, caller),
    target: renderKey(render),
    asset: render.asset.key,
    drawnOnce: true,
  };
  const isPending = renders.isPending(render);
  if (faults.match('stuck', occasion) !== undefined || isPending) return { kind: 'pending' };
  const { failsWith } = render.creative;
  if (failsWith !== undefined) return { kind: 'error', message: failsWith, behindPending: false };
  if (render.asset.type === 'Video' && render.formats.video.preset.startsWith('prores')) {
    return { kind: 'error', message: 'This stand-in encodes no ProRes.', behindPending: false };
  }
  const error = faults.match('error', occasion);
  if (error !== undefined) {
    return {
      kind: 'error',
      message: error.message ?? 'Rendering failed',
      behindPending: error.behindPending === true,
    };
  }
  return { kind: 'finished', words: faults.match('wrong words', occasion) };
}
