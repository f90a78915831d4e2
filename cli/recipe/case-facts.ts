import { celtraOutputSchema } from '../../clients/celtra/output/output';
import { findViolatedFilter } from '../../clients/celtra/filters/match-output';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import type { ExportGroup } from '../../domain/plan/export-plan';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { ExpectedOutput, OutputSpec, Shot, Task } from '../../domain/task/task';
import { asPrinted, type CaseCreative, type CaseTask, type CaseWanted, withDesign } from './cases-schema';

/** The facts of a case, written out: the short form with everything that it leaves unsaid. */
export function caseFacts(studio: string, task: CaseTask, wanted: readonly CaseWanted[]): TaskFacts {
  const outputs = wanted.map((each) => (typeof each === 'string' ? parseShortForm(each) : each));
  const { specs: known = {}, contentCreationType = 'ecom', workspace = studio, styleGuide, job, product } = task;
  const specNames = new Set([...Object.keys(known), ...outputs.flatMap(({ spec }) => spec ?? [])]);
  const specs = [...specNames].map((name): OutputSpec => {
    const { id = name, ...spec } = known[name] ?? {};
    return { specId: id, name, extension: 'jpg', ...spec };
  });
  const idOf = new Map(specs.map(({ specId, name }) => [name, specId]));
  const shots = new Map<string, Shot & { expectedOutputs: ExpectedOutput[] }>();
  for (const { position, spec, variant, variantName, name, specification, isHero, inputs } of outputs) {
    const shot: Shot & { expectedOutputs: ExpectedOutput[] } = shots.get(position) ?? {
      shotId: `shot ${position}`,
      position,
      isHero,
      inputs: (inputs ?? []).map((fileName) => ({ assetId: fileName, fileName })),
      expectedOutputs: [],
    };
    const chosen = specification ?? task.specification;
    shot.expectedOutputs.push({
      shotId: shot.shotId,
      specId: spec === undefined ? undefined : idOf.get(spec),
      variant,
      variantName,
      name: name ?? fileName(product?.code, position, spec),
      ...(chosen !== undefined && { specification: { id: chosen, name: chosen } }),
    });
    shots.set(position, shot);
  }
  const described: Task = {
    taskId: 'case',
    contentCreationType,
    workspace: { id: workspace, name: workspace },
    status: 'to do',
    statusText: 'To Do',
    productionTypeId: task.productionType,
    deadline: task.deadline === undefined ? undefined : Date.parse(task.deadline),
    job: job && { id: 'job', code: job.code },
    product: product && { id: 'product', code: product.code, cfCode: product.cfCode },
    styleGuide,
    shots: [...shots.values()],
  };
  const { project, deliverable } = task;
  return { studio, task: described, specs, job, product, project, deliverables: deliverable && [deliverable] };
}

/** `Front/Feed 1:1`; without a slash it is a position alone. */
function parseShortForm(short: string): Exclude<CaseWanted, string> {
  const slash = short.indexOf('/');
  return slash === -1 ? { position: short } : { position: short.slice(0, slash), spec: short.slice(slash + 1) };
}

/** As Creative Force asks for files: without an extension when there is a spec. */
function fileName(product: string | undefined, position: string, spec: string | undefined): string {
  const parts = [product, position, spec].filter((part) => part !== undefined);
  const stem = parts.join('_').replaceAll(/[^\p{Letter}\p{Number}_-]+/gu, '-');
  return spec === undefined ? `${stem}.jpg` : stem;
}

/** The creatives of a case that a group's filters let through. What a creative does not say cannot speak against it. */
export function caseAnswer({ filters }: ExportGroup, creatives: readonly CaseCreative[]): CeltraOutput[] {
  return creatives.flatMap((creative) => {
    const printed = asPrinted(creative);
    return findViolatedFilter(filters, printed) === undefined ? [celtraOutputSchema.parse(withDesign(printed))] : [];
  });
}
