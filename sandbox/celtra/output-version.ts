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
import type { RequestedFormats } from './asset-formats';
import type { CeltraFaults, FaultContext } from './faults';
import type { Renders } from './renders';

/** One output of one saved version: filters select these, and responses list them. */
export interface OutputVersion {
  readonly design: Design;
  readonly creative: Creative;
  readonly version: DesignVersion;
}

/** What is needed to render a response. */
export interface ResponseContext {
  readonly world: World;
  readonly renders: Renders;
  readonly faults: CeltraFaults;
  readonly formats: RequestedFormats;
  readonly caller: string | undefined;
  /** Paths that the request filters on: none of them is hidden in the answer. */
  readonly paths: ReadonlySet<string>;
}

/** The outputs of a design's newest version, or of all its versions. */
export function outputVersionsOf(design: Design, allVersions: boolean): OutputVersion[] {
  return (allVersions ? design.versions : [newestVersion(design)]).flatMap((version) =>
    creativesIn(design, version).map((creative) => ({ design, creative, version })),
  );
}

/** What a fault's scope is compared with, for one output version. */
export function faultContextOf(
  { design, creative, version }: OutputVersion,
  caller: string | undefined,
): Pick<FaultContext, 'outputs' | 'designs' | 'caller'> {
  return {
    outputs: [{ id: outputIdOf(version, creative), name: outputNameOf(creative) }],
    designs: [{ id: design.designId, name: design.name }],
    caller,
  };
}
