import { addMotion } from './add-motion';
import { assignEvents } from './events';
import type { DayOptions } from './options';
import type { Random } from '../random';
import type { Announcement, ContentCreationType, Job, Preset, Product, Studio, Task } from './model';
import { callsToAction, catalogue } from './products';
import type { DefectKind } from './defects';
import { writeDesign, type RequestedCreatives, type RequestedShot } from './write-design';
import { writeTask, type Plan } from './write-task';

const PRODUCTS_PER_JOB = 4;
const NORDLICHT_SHARE = 0.3;
/** Every sixth task of a studio is editorial; these come last in its list. */
const TASKS_PER_EDITORIAL = 6;
/** Variants of one output in a task with colourways. */
const COLOURWAYS = 5;
/** Only every third task may have colourways, so that both studios have some. */
const COLOURWAYS_EVERY = 3;
const DAY_MS = 86_400_000;
const positions = ['Front', 'Back', 'Detail'] as const;

/** Creates a day of work: tasks, their jobs and products, and the Celtra projects with their creatives. */
export function writeDay(random: Random, studios: readonly Studio[], options: DayOptions, now: number): Task[] {
  const counts = studios.map((studio) =>
    studio.name === 'nordlicht'
      ? Math.floor(options.tasks * NORDLICHT_SHARE)
      : Math.ceil(options.tasks * (1 - NORDLICHT_SHARE)),
  );
  const places = studios.flatMap((studio, index) => Array.from({ length: counts[index] ?? 0 }, () => studio));
  const roles = assignScenarios(random, places.length, options);
  // The early task stays first; the others are shuffled, so that the studios alternate.
  const order = [0, ...shuffled(random, places.map((_, index) => index).slice(1))];
  const readyAfter = new Map(
    order.map((place, turn) => [
      place,
      turn === 0 ? 0 : Math.round((options.spreadMs * turn) / Math.max(1, places.length - 1)),
    ]),
  );

  let place = 0;
  let colourwaysLeft = options.colourwayTasks;
  let editorialTurn = 0;
  const tasks = studios.flatMap((studio, studioIndex) => {
    const count = counts[studioIndex] ?? 0;
    const firstEditorial = count - Math.floor(count / TASKS_PER_EDITORIAL);
    const plans = Array.from({ length: count }, (_, index): Plan => {
      const { announcement, defect } = roles[place] ?? noScenario;
      const type = index < firstEditorial ? 'ecom' : 'editorial';
      const planned = planTask(random, studio, type, index, defect, options);
      const hasColourways = defect === undefined && colourwaysLeft > 0 && place % COLOURWAYS_EVERY === 0;
      if (hasColourways) colourwaysLeft -= 1;
      const plan: Plan = {
        wanted: hasColourways ? withColourways(planned) : planned,
        editorialTurn: type === 'editorial' ? editorialTurn++ : undefined,
        announcement: announcement ?? 'sent',
        readyAfterMs: readyAfter.get(place) ?? 0,
      };
      place += 1;
      return plan;
    });
    return [
      ...writeJobs(random, studio, 'ecom', plans.slice(0, firstEditorial), options, now),
      ...writeJobs(random, studio, 'editorial', plans.slice(firstEditorial), options, now),
    ];
  });
  const day = assignEvents(tasks, options);
  return options.motion ? addMotion(day) : day;
}

/** The first shot asks for its first preset several times, as variants with a creative each. */
function withColourways({ shots: [first, ...others], ...wanted }: RequestedCreatives): RequestedCreatives {
  if (first === undefined) return { ...wanted, shots: others };
  const colourways: RequestedShot = {
    ...first,
    presets: Array.from({ length: COLOURWAYS }, () => first.presets[0]),
    isColourways: true,
  };
  return { ...wanted, shots: [colourways, ...others] };
}

/** What is special about a task of the day. */
interface Scenario {
  readonly announcement?: Announcement;
  readonly defect?: DefectKind;
}
const noScenario: Scenario = {};

function assignScenarios(random: Random, tasks: number, options: DayOptions): (Scenario | undefined)[] {
  const roles: (Scenario | undefined)[] = Array.from({ length: tasks }, () => undefined);
  const scenarios: Scenario[] = [
    ...Array.from({ length: options.lostWebhooks }, () => ({ announcement: 'lost' }) as const),
    ...options.defects.map((defect) => ({ defect })),
    ...Array.from({ length: options.duplicateWebhooks }, () => ({ announcement: 'duplicate' }) as const),
  ];
  // In a day of one task, a requested scenario replaces the early announcement.
  const free = shuffled(random, roles.map((_, index) => index).slice(tasks > scenarios.length ? 1 : 0));
  for (const [index, role] of scenarios.entries()) {
    const place = free[index];
    if (place !== undefined) roles[place] = role;
  }
  if (tasks > 0) roles[0] ??= { announcement: 'early' };
  return roles;
}

function planTask(
  random: Random,
  studio: Studio,
  type: ContentCreationType,
  index: number,
  defect: DefectKind | undefined,
  { variantsPerPosition, filesPerTask }: DayOptions,
): RequestedCreatives {
  const product = newProduct(random, studio, type, index);
  if (filesPerTask !== null) return { product, shots: shotsOf(filesPerTask, studio.presets[type]), defect: undefined };
  // The second task of each studio always has a shot without specs.
  const wanted = index === 1 ? ['Front', 'Detail'] : positions.slice(0, random.integer(1, 3));
  const presetsOf = (position: string): readonly Preset[] =>
    variantsPerPosition === null
      ? somePresets(random, studio.presets[type], position)
      : studio.presets[type].slice(0, variantsPerPosition);
  const shots = wanted.map((position): RequestedShot => ({
    position,
    presets: index === 1 && position === 'Detail' ? [undefined] : presetsOf(position),
  }));
  if (defect === undefined) return { product, shots, defect };
  // Some defects need a shot with specs.
  const [shot] = shots.filter(({ presets }) => !presets.includes(undefined));
  const preset = shot && random.pick(shot.presets);
  if (shot === undefined || preset === undefined) throw new Error('Every task has a shot with specs.');
  const place = { kind: defect, position: shot.position, size: preset.name };
  if (defect !== 'needed twice') return { product, shots, defect: place };
  const twice = shots.map((other) => (other === shot ? { ...shot, presets: [...shot.presets, preset] } : other));
  return { product, shots: twice, defect: place };
}

/** Exactly so many expected outputs, spread over up to three shots. */
function shotsOf(files: number, presets: readonly Preset[]): RequestedShot[] {
  return positions.slice(0, files).map((position, index, used) => ({
    position,
    presets: presets.slice(0, Math.ceil((files - index) / used.length)),
  }));
}

/** How many presets a studio needs for such a day; null: those that every studio has. */
export function presetsNeeded({ variantsPerPosition, filesPerTask }: DayOptions): number | null {
  return filesPerTask === null ? variantsPerPosition : Math.ceil(filesPerTask / positions.length);
}

function newProduct(random: Random, studio: Studio, type: ContentCreationType, index: number): Product {
  const entries = catalogue[studio.name];
  const entry = entries[index % entries.length];
  if (entry === undefined) throw new Error(`Studio ${studio.name} sells nothing.`);
  return {
    ...entry,
    productId: random.guid(),
    contentCreationType: type,
    code: `${studio.name.slice(0, 3).toUpperCase()}-${type === 'ecom' ? '' : 'E'}${1_000 + index * 10 + random.integer(0, 9)}`,
    // Creative Force's own codes (docs/reference/creative-force.md#jobs-and-products).
    cfCode: `${type === 'ecom' ? 'PD' : 'ED'}${random.integer(10_000, 99_999)}CF`,
    callToAction: random.pick(callsToAction),
  };
}

function somePresets(random: Random, presets: readonly Preset[], position: string): Preset[] {
  const most = position === 'Front' ? 3 : 2;
  const chosen = new Set(shuffled(random, [...presets]).slice(0, random.integer(1, most)));
  return presets.filter((preset) => chosen.has(preset));
}

/** Groups tasks of one flavour into jobs (editorial: projects). */
function writeJobs(
  random: Random,
  studio: Studio,
  type: ContentCreationType,
  plans: readonly Plan[],
  options: DayOptions,
  now: number,
): Task[] {
  const tasks: Task[] = [];
  // A job without the property affects all of its tasks, so such a task gets a job of its own.
  const lacksProperty = ({ wanted }: Plan): boolean => wanted.defect?.kind === 'missing property';
  const batches = [
    ...inBatches(plans.filter((plan) => !lacksProperty(plan))),
    ...plans.filter(lacksProperty).map((plan) => [plan]),
  ];
  for (const [index, batch] of batches.entries()) {
    const first = index * PRODUCTS_PER_JOB;
    const number = 2_700 + random.integer(0, 9) + first * 10;
    const jobName = `${type === 'ecom' ? studio.specification.name : 'Magazine'} ${index + 1}`;
    // Its product code is one that no task of the day has.
    const unrelatedProduct = newProduct(random, studio, type, plans.length + first);
    const wanted = batch.map((plan) => plan.wanted);
    const design = writeDesign(random, studio, `${studio.title} ${jobName}`, wanted, unrelatedProduct, now);
    const job: Job = {
      jobId: random.guid(),
      code: `${type === 'ecom' ? 'JOB' : 'PRJ'}-${number}`,
      name: jobName,
      deadline: now + random.integer(1, 5) * DAY_MS,
      design,
      namesDesign: !batch.some(lacksProperty),
    };
    tasks.push(...batch.map((plan) => writeTask(random, studio, job, design, plan, unrelatedProduct, options, now)));
  }
  return tasks;
}

function inBatches(plans: readonly Plan[]): (readonly Plan[])[] {
  return Array.from({ length: Math.ceil(plans.length / PRODUCTS_PER_JOB) }, (_, index) =>
    plans.slice(index * PRODUCTS_PER_JOB, (index + 1) * PRODUCTS_PER_JOB),
  );
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: random.fraction() }))
    .sort((first, second) => first.key - second.key)
    .map(({ item }) => item);
}
