import {
  creativesIn,
  newestVersion,
  outputIdOf,
  outputNameOf,
  type Creative,
  type Design,
  type DesignVersion,
} from '../day/model';
import type { World } from '../world';
import type { AskedFormats } from './asset-formats';
import type { Faults, Occasion } from './faults';
import type { Renders } from './renders';

/** One output of one saved version: what filters are asked of and what answers are made of. */
export interface Candidate {
  readonly design: Design;
  readonly creative: Creative;
  readonly version: DesignVersion;
}

/** What answering needs to know. */
export interface AnswerContext {
  readonly world: World;
  readonly renders: Renders;
  readonly faults: Faults;
  readonly formats: AskedFormats;
  readonly caller: string | undefined;
  /** Paths that the request filters on: none of them is hidden in the answer. */
  readonly paths: ReadonlySet<string>;
}

/** The outputs of a design's newest version, or of all its versions. */
export function candidatesOf(design: Design, allVersions: boolean): Candidate[] {
  return (allVersions ? design.versions : [newestVersion(design)]).flatMap((version) =>
    creativesIn(design, version).map((creative) => ({ design, creative, version })),
  );
}

/** How faults name a candidate. */
export function occasionOf(
  { design, creative, version }: Candidate,
  caller: string | undefined,
): Pick<Occasion, 'outputs' | 'designs' | 'caller'> {
  return {
    outputs: [{ id: outputIdOf(version, creative), name: outputNameOf(creative) }],
    designs: [{ id: design.designId, name: design.name }],
    caller,
  };
}
