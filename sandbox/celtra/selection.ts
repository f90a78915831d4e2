import { editDesign } from '../day/write-design';
import { newestVersion, outputIdOf, outputNameOf, type Design, type Studio } from '../day/model';
import type { World } from '../world';
import { outputVersionsOf, faultContextOf, type OutputVersion } from './output-version';
import { factsOf } from './entity-json';
import { isNamed, type CeltraFaults, type FaultContext } from './faults';
import { parseFilters, type ParsedFilters } from './filters';
import { isTree } from './filter-values';
import type { ExportRequest } from './export-request';
import { CeltraRefusal } from './refusal';

/** The outputs that a request selects, after faults have changed them; rejects with 400, 403 or 404. */
export function selectOutputs(
  world: World,
  studio: Studio,
  exportRequest: ExportRequest,
  faults: CeltraFaults,
): OutputVersion[] {
  refuseUnknownIds(world, exportRequest.filters);
  let found = find(world, exportRequest.filters);
  // All or nothing: one foreign output rejects the whole request (docs/reference/celtra.md#status-codes).
  if (found.some(({ design }) => design.studio !== studio))
    throw new CeltraRefusal(403, 'The user cannot export at least one of the requested outputs.');
  if (applyEditFaults(world, faults, exportRequest, found)) found = find(world, exportRequest.filters);
  const ignored = faults.match('ignored filter', responseFaultContext(exportRequest, found));
  if (ignored !== undefined) {
    const fewer = parseFilters(
      withoutPaths(exportRequest.sentFilters, ignored.paths ?? ['output']),
      world.settings.celtra,
    );
    found = find(world, fewer).filter(({ design }) => design.studio === studio);
  }
  return found.filter(
    (outputVersion) =>
      faults.match('vanishes', {
        ...faultContextOf(outputVersion, exportRequest.caller),
        target: outputVersion.creative.outputId,
        drawnOnce: true,
      }) === undefined,
  );
}

/** What the scope of a response fault is compared with. */
export function responseFaultContext(
  { endpoint, caller }: ExportRequest,
  found: readonly OutputVersion[],
): FaultContext {
  const occasions = found.map((outputVersion) => faultContextOf(outputVersion, caller));
  return {
    target: endpoint,
    endpoint,
    caller,
    outputs: occasions.flatMap(({ outputs = [] }) => outputs),
    designs: occasions.flatMap(({ designs = [] }) => designs),
  };
}

/** Tasks whose creatives, existing or missing, these filters select. */
export function requestedTasks(world: World, studio: Studio, filters: ParsedFilters): string[] {
  const tasks = world.tasks.filter(({ studio: its, job }) => its === studio && mayMatch(job.design, filters));
  return tasks.flatMap(({ taskId, product, job: { design } }) => {
    const own = [...design.creatives, ...design.missing].filter((creative) => creative.product === product);
    const isAsked = design.versions.some((version) =>
      own.some((creative) => filters.matches(factsOf({ design, creative, version }, world.settings.celtra))),
    );
    return isAsked ? [taskId] : [];
  });
}

function find(world: World, filters: ParsedFilters): OutputVersion[] {
  const options = world.settings.celtra;
  const pins = filters.paths.has('designFile.version');
  const found = world.designs
    .filter((design) => mayMatch(design, filters))
    .flatMap((design) => outputVersionsOf(design, pins))
    .filter((outputVersion) => matches(filters, outputVersion, factsOf(outputVersion, options)));
  if (!pins || options.oldVersions === 'work') return found;
  const current = found.filter(({ design, version }) => version === newestVersion(design));
  if (options.oldVersions === 'refused' && current.length < found.length)
    throw new CeltraRefusal(400, 'filters.designFile.version: the version is no longer known.');
  return current;
}

/** Spares comparing the outputs of hundreds of designs that the filters do not name. */
function mayMatch({ designId }: Design, { designIds }: ParsedFilters): boolean {
  return designIds?.has(designId) !== false;
}

/** An old version matches only through its version pin, not through properties that it shares with the newest one. */
function matches(filters: ParsedFilters, { design, version }: OutputVersion, facts: Record<string, unknown>): boolean {
  if (!filters.matches(facts)) return false;
  if (version === newestVersion(design)) return true;
  const designFile = isTree(facts['designFile']) ? facts['designFile'] : {};
  return !filters.matches({ ...facts, designFile: { ...designFile, version: [] } });
}

function refuseUnknownIds(world: World, filters: ParsedFilters): void {
  const { unknownId } = world.settings.celtra;
  if (unknownId === 'empty') return;
  const known: Readonly<Record<string, readonly string[]>> = {
    'account.id': world.studios.map(({ accountId }) => accountId),
    'folder.id': world.studios.map(({ folderId }) => folderId),
    'designFile.id': world.designs.map(({ designId }) => designId),
  };
  for (const [path, ids] of filters.ids) {
    for (const id of ids) {
      if (known[path]?.includes(id) !== true)
        throw new CeltraRefusal(unknownId, `filters.${path}: "${id}" is unknown.`);
    }
  }
}

/** Saves a new version of each design that an `edit` fault applies to; true if there was one. */
function applyEditFaults(
  world: World,
  faults: CeltraFaults,
  exportRequest: ExportRequest,
  found: readonly OutputVersion[],
): boolean {
  const designs = new Set(found.map(({ design }) => design));
  const edited = [...designs].filter((design) => {
    const own = found.filter((outputVersion) => outputVersion.design === design);
    const fault = faults.match('edit', { ...responseFaultContext(exportRequest, own), target: design.designId });
    if (fault === undefined) return false;
    const named = (globs: readonly string[] | undefined): string[] => idsOf(design, globs);
    editDesign(
      design,
      { outputs: named(fault.changed), removed: named(fault.removed), newOutputIds: fault.newOutputIds === true },
      world.now(),
    );
    return true;
  });
  return edited.length > 0;
}

function idsOf(design: Design, globs: readonly string[] = []): string[] {
  const version = newestVersion(design);
  return design.creatives
    .map((creative) => ({ id: outputIdOf(version, creative), name: outputNameOf(creative) }))
    .filter((output) => isNamed(globs, [output]))
    .map(({ id }) => id);
}

/** A filter tree without the given paths. */
function withoutPaths(tree: Readonly<Record<string, unknown>>, paths: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([name, branch]): [string, unknown][] => {
      if (paths.includes(name)) return [];
      if (!isTree(branch)) return [[name, branch]];
      const inner = paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
      return [[name, withoutPaths(branch, inner)]];
    }),
  );
}
