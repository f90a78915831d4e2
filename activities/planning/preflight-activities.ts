import type { PlannedOutput } from '../../domain/plan/export-plan';
import type { FilmDemands } from '../../domain/preflight/film-findings';
import { judgeRender, type JudgedRender, type PreflightActions } from '../../domain/preflight/preflight';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { runActivity } from '../runtime/run-activity';
import { preflightSettings, getStudio, type Studios } from '../runtime/studios';

export interface RenderToCheck {
  readonly expected: Pick<PlannedOutput, 'expectedKey' | 'label' | 'fileName' | 'spec'>;
  readonly file: Pick<SpooledFile, 'format' | 'width' | 'height' | 'bytes' | 'details' | 'film'>;
  /** What a film must keep to. */
  readonly film?: FilmDemands | undefined;
  /** The actions of the recipe in the plan, so that a later edit of the recipe changes nothing. */
  readonly preflight?: PreflightActions | undefined;
}

export type CheckedRender = JudgedRender & { readonly expectedKey: string };

export function createPreflightActivities(studios: Studios) {
  return {
    /** Checks the files of a round by their specs and the studio's current rules, in the order given. */
    checkRenders: (request: { studio: string; files: readonly RenderToCheck[] }): Promise<CheckedRender[]> =>
      runActivity(() => {
        const preflight = preflightSettings(getStudio(studios, request.studio));
        return Promise.resolve(
          request.files.map(({ expected, file, preflight: recipe, film }) => {
            const { expectedKey, label, fileName, spec } = expected;
            return { expectedKey, ...judgeRender({ label, fileName, picture: file, spec, film }, preflight, recipe) };
          }),
        );
      }),
  };
}
