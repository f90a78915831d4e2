import type { PlannedOutput } from '../../domain/plan/export-plan';
import { judgeRender, type JudgedRender, type PreflightActions } from '../../domain/preflight/preflight';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { runActivity } from '../runtime/run-activity';
import { preflightSettings, getStudio, type Studios } from '../runtime/studios';

/** One file of a round, with what was measured of it where its bytes lie. */
export interface RenderToCheck {
  readonly expected: Pick<PlannedOutput, 'expectedKey' | 'label' | 'fileName' | 'spec'>;
  readonly file: Pick<SpooledFile, 'format' | 'width' | 'height' | 'bytes' | 'details'>;
  /** The say of the recipe that chose it: of the plan, so that a recipe edited meanwhile changes nothing. */
  readonly preflight?: PreflightActions | undefined;
}

/** What the check says of one file: the name to deliver it by, what was mended, what was found. */
export type CheckedRender = JudgedRender & { readonly expectedKey: string };

/** The check of renders: it calls nobody, and runs as an activity so that what was found stands in the history. */
export function createPreflightActivities(studios: Studios) {
  return {
    /** Judges the files of a round by their specs, by the studio's rules of now. In the order given. */
    checkRenders: (request: { studio: string; files: readonly RenderToCheck[] }): Promise<CheckedRender[]> =>
      runActivity(() => {
        const preflight = preflightSettings(getStudio(studios, request.studio));
        return Promise.resolve(
          request.files.map(({ expected, file, preflight: recipe }) => {
            const { expectedKey, label, fileName, spec } = expected;
            return { expectedKey, ...judgeRender({ label, fileName, picture: file, spec }, preflight, recipe) };
          }),
        );
      }),
  };
}
