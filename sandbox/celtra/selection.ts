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

/** The outputs that answer a question, after the faults that meddle with them; refuses with 400, 403 or 404. */
export function selectOutputs(
  world: World,
  studio: Studio,
  question: ExportRequest,
  faults: CeltraFaults,
): OutputVersion[] {
  refuseUnknownIds(world, question.filters);
  let found = find(world, question.filters);
  // All or nothing: one foreign output refuses the whole request (docs/reference/celtra.md#status-codes).
  if (found.some(({ design }) => design.studio !== studio))
    throw new CeltraRefusal(403, 'The user cannot export at least one of the requested outputs.');
  if (applyEditFaults(world, faults, question, found)) found = find(world, question.filters);
  const ignored = faults.match('ignored filter', responseFaultContext(question, found));
  if (ignored !== undefined) {
    const fewer = parseFilters(withoutPaths(question.sentFilters, ignored.paths ?? ['output']), world.settings.celtra);
    found = find(world, fewer).filter(({ design }) => design.studio === studio);
  }
  return found.filter(
    (candidate) =>
      faults.match('vanishes', {
        ...faultContextOf(candidate, question.caller),
        target: candidate.creative.outputId,
        drawnOnce: true,
      }) === undefined,
  );
}

/** What faults of a whole answer are aimed by. */
export function responseFaultContext(
  { endpoint, caller }: ExportRequest,
  found: readonly OutputVersion[],
): FaultContext {
  const occasions = found.map((candidate) => faultContextOf(candidate, caller));
  return {
    target: endpoint,
    endpoint,
    caller,
    outputs: occasions.flatMap(({ outputs = [] }) => outputs),
    designs: occasions.flatMap(({ designs = [] }) => designs),
  };
}

/** Tasks for whose creatives, made or missing, this question asked. */
export function requestedTasks(world: World, studio: Studio, filters: ParsedFilters): string[] {
  const tasks = world.tasks.filter((task) => task.studio === studio);
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
    .flatMap((design) => outputVersionsOf(design, pins))
    .filter((candidate) => matches(filters, candidate, factsOf(candidate, options)));
  if (!pins || options.oldVersions === 'work') return found;
  const current = found.filter(({ design, version }) => version === newestVersion(design));
  if (options.oldVersions === 'refused' && current.length < found.length)
    throw new CeltraRefusal(400, 'filters.designFile.version: the version is no longer known.');
  return current;
}

/** An old version is found only through its pin, not through what else it has in common with the newest one. */
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

/** Saves the designs that a fault says are edited by now; true when there was one. */
function applyEditFaults(
  world: World,
  faults: CeltraFaults,
  question: ExportRequest,
  found: readonly OutputVersion[],
): boolean {
  const designs = new Set(found.map(({ design }) => design));
  const edited = [...designs].filter((design) => {
    const own = found.filter((candidate) => candidate.design === design);
    const fault = faults.match('edit', { ...responseFaultContext(question, own), target: design.designId });
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

/** A filter tree less what lies at the given paths. */
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
