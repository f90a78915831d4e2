import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import type { World } from '../world';
import type { CeltraFault, FaultOf } from './fault-kinds';

/** Something whose id and name can match a fault's globs. */
interface NamedItem {
  readonly id: string;
  readonly name: string;
}

/** What a fault's scope is compared with. */
export interface FaultContext {
  /** What is counted: the endpoint, the design, the output or the asset. */
  readonly target: string;
  readonly endpoint?: 'export' | 'exportToZip' | 'exportToTsv';
  readonly caller?: string | undefined;
  readonly designs?: readonly NamedItem[];
  readonly outputs?: readonly NamedItem[];
  readonly asset?: string;
  /** `chance` is drawn once for the target instead of at each match. */
  readonly drawnOnce?: boolean;
}

export interface CeltraFaults {
  /** Counts a match for every fault of this kind whose scope fits; returns the first that applies now. */
  match<Kind extends CeltraFault['kind']>(kind: Kind, faultContext: FaultContext): FaultOf<Kind> | undefined;
}

interface Count {
  readonly targets: Set<string>;
  readonly occasions: Map<string, number>;
}

/** Counts matches of the faults in `celtra.faults`; a fault that is set again starts from zero. */
export function createCeltraFaults(world: World): CeltraFaults {
  const counts = new WeakMap<CeltraFault, Count>();
  const countOf = (fault: CeltraFault): Count => {
    const known = counts.get(fault) ?? { targets: new Set<string>(), occasions: new Map<string, number>() };
    counts.set(fault, known);
    return known;
  };

  /** Counts the match; true when the fault applies to it. */
  const strikes = (fault: CeltraFault, faultContext: FaultContext): boolean => {
    if (!appliesTo(fault, faultContext)) return false;
    const { targets, occasions } = countOf(fault);
    const { target } = faultContext;
    if (!targets.has(target) && fault.first !== undefined && targets.size >= fault.first) return false;
    targets.add(target);
    const number = occasions.get(target) ?? 0;
    occasions.set(target, number + 1);
    const after = fault.after ?? 0;
    const times = fault.times ?? (fault.kind === 'edit' ? 1 : Infinity);
    if (number < after || number >= after + times) return false;
    if (fault.chance === undefined) return true;
    const drawnFrom = [
      world.settings.seed,
      JSON.stringify(fault),
      target,
      faultContext.drawnOnce === true ? '' : number,
    ];
    return fractionOf(drawnFrom.join('/')) < fault.chance;
  };

  return {
    match(kind, faultContext) {
      const struck = world.settings.celtra.faults.filter(
        (fault) => fault.kind === kind && strikes(fault, faultContext),
      );
      const [first] = struck;
      return isOfKind(first, kind) ? first : undefined;
    },
  };
}

function isOfKind<Kind extends CeltraFault['kind']>(
  fault: CeltraFault | undefined,
  kind: Kind,
): fault is FaultOf<Kind> {
  return fault?.kind === kind;
}

function appliesTo(fault: CeltraFault, faultContext: FaultContext): boolean {
  const { endpoint, caller, asset } = faultContext;
  return (
    (!('endpoints' in fault) ||
      fault.endpoints === undefined ||
      (endpoint !== undefined && fault.endpoints.includes(endpoint))) &&
    (fault.callers === undefined || (caller !== undefined && matches(fault.callers, caller))) &&
    (fault.assets === undefined || (asset !== undefined && matches(fault.assets, asset))) &&
    (fault.designs === undefined || isNamed(fault.designs, faultContext.designs)) &&
    (fault.outputs === undefined || isNamed(fault.outputs, faultContext.outputs))
  );
}

/** Whether the id or the name of one of the items matches one of the globs. */
export function isNamed(globs: readonly string[], things: readonly NamedItem[] = []): boolean {
  return things.some(({ id, name }) => matches(globs, id) || matches(globs, name));
}

/** `*` also matches slashes, because output names are not paths. */
function matches(globs: readonly string[], text: string): boolean {
  return picomatch.isMatch(text, [...globs], { bash: true });
}

function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}
