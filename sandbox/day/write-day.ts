import type { DayOptions } from '../options';
import type { Random } from '../random';
import type { Announcement, Design, ExpectedOutput, Job, Preset, Product, Shot, Studio, Task } from './model';
import { callsToAction, catalogue } from './products';
import { ORIGINAL, writeDesign, type Wanted } from './write-design';

const PRODUCTS_PER_JOB = 4;
const NORDLICHT_SHARE = 0.3;
const DAY_MS = 86_400_000;
const positionIds: Readonly<Record<string, number>> = { Front: 11, Back: 12, Detail: 13 };

interface Plan {
  readonly wanted: Wanted;
  readonly announcement: Announcement;
  readonly readyAfterMs: number;
}

/** Writes a day of work: tasks, the jobs and products they belong to, and the Celtra projects that answer them. */
export function writeDay(random: Random, studios: readonly Studio[], options: DayOptions, now: number): Task[] {
  const counts = studios.map((studio) =>
    studio.name === 'nordlicht'
      ? Math.floor(options.tasks * NORDLICHT_SHARE)
      : Math.ceil(options.tasks * (1 - NORDLICHT_SHARE)),
  );
  const places = studios.flatMap((studio, index) => Array.from({ length: counts[index] ?? 0 }, () => studio));
  const roles = castRoles(random, places.length, options);
  // The early task stays first; the others come in any order, so that the studios take turns.
  const order = [0, ...shuffled(random, places.map((_, index) => index).slice(1))];
  const readyAfter = new Map(
    order.map((place, turn) => [
      place,
      turn === 0 ? 0 : Math.round((options.spreadMs * turn) / Math.max(1, places.length - 1)),
    ]),
  );

  let place = 0;
  return studios.flatMap((studio, studioIndex) => {
    const plans = Array.from({ length: counts[studioIndex] ?? 0 }, (_, index): Plan => {
      const role = roles[place];
      const plan: Plan = {
        wanted: planTask(random, studio, index, role === 'undeliverable'),
        announcement: role === undefined || role === 'undeliverable' ? 'sent' : role,
        readyAfterMs: readyAfter.get(place) ?? 0,
      };
      place += 1;
      return plan;
    });
    return writeJobs(random, studio, plans, now);
  });
}

function castRoles(random: Random, tasks: number, options: DayOptions): (Announcement | 'undeliverable' | undefined)[] {
  const roles: (Announcement | 'undeliverable' | undefined)[] = Array.from({ length: tasks }, () => undefined);
  const mishaps: (Announcement | 'undeliverable')[] = [
    ...Array.from({ length: options.lostWebhooks }, () => 'lost' as const),
    ...Array.from({ length: options.undeliverable }, () => 'undeliverable' as const),
    ...Array.from({ length: options.duplicateWebhooks }, () => 'duplicate' as const),
  ];
  // With only the mishap asked for in a day of one task, that task takes it instead of being early.
  const free = shuffled(random, roles.map((_, index) => index).slice(tasks > mishaps.length ? 1 : 0));
  for (const [index, role] of mishaps.entries()) {
    const place = free[index];
    if (place !== undefined) roles[place] = role;
  }
  if (tasks > 0) roles[0] ??= 'early';
  return roles;
}

function planTask(random: Random, studio: Studio, index: number, undeliverable: boolean): Wanted {
  const entries = catalogue[studio.name];
  const entry = entries[index % entries.length];
  if (entry === undefined) throw new Error(`Studio ${studio.name} sells nothing.`);
  const product: Product = {
    ...entry,
    productId: random.guid(),
    code: articleNumber(random, studio, index),
    cfCode: `PD${random.integer(10_000, 99_999)}CF`,
    callToAction: random.pick(callsToAction),
  };
  // The second task of each studio always has a shot without specs.
  const positions = index === 1 ? ['Front', 'Detail'] : ['Front', 'Back', 'Detail'].slice(0, random.integer(1, 3));
  const shots = positions.map((position) => ({
    position,
    presets: index === 1 && position === 'Detail' ? [undefined] : somePresets(random, studio, position),
  }));
  const gapShot = undeliverable ? random.pick(shots) : undefined;
  const gap = gapShot && { position: gapShot.position, size: random.pick(gapShot.presets)?.name ?? ORIGINAL.name };
  return { product, shots, missing: gap };
}

function articleNumber(random: Random, studio: Studio, index: number): string {
  return `${studio.name.slice(0, 3).toUpperCase()}-${1_000 + index * 10 + random.integer(0, 9)}`;
}

function somePresets(random: Random, studio: Studio, position: string): Preset[] {
  const most = position === 'Front' ? 3 : 2;
  const chosen = new Set(shuffled(random, [...studio.presets]).slice(0, random.integer(1, most)));
  return studio.presets.filter((preset) => chosen.has(preset));
}

function writeJobs(random: Random, studio: Studio, plans: readonly Plan[], now: number): Task[] {
  const tasks: Task[] = [];
  for (let first = 0; first < plans.length; first += PRODUCTS_PER_JOB) {
    const batch = plans.slice(first, first + PRODUCTS_PER_JOB);
    const number = 2_700 + random.integer(0, 9) + first * 10;
    const jobName = `${studio.specification.name} ${first / PRODUCTS_PER_JOB + 1}`;
    const stranger = planTask(random, studio, plans.length + first, false).product;
    const wanted = batch.map((plan) => plan.wanted);
    const design = writeDesign(random, studio, `${studio.title} ${jobName}`, wanted, stranger, now);
    const job: Job = {
      jobId: random.guid(),
      code: `JOB-${number}`,
      name: jobName,
      deadline: now + random.integer(1, 5) * DAY_MS,
      design,
    };
    tasks.push(...batch.map((plan) => writeTask(random, studio, job, design, plan, now)));
  }
  return tasks;
}

function writeTask(random: Random, studio: Studio, job: Job, design: Design, plan: Plan, now: number): Task {
  const { product, shots: wantedShots } = plan.wanted;
  const shots = wantedShots.map(({ position, presets }, index): Shot => {
    const shotId = random.guid();
    return {
      shotId,
      positionId: positionIds[position] ?? 10,
      position,
      isHero: index === 0,
      inputAssetId: random.guid(),
      inputFileId: random.guid(),
      inputFileName: `${product.code}_${position.toLowerCase()}.tif`,
      expected: presets.map((preset, variant) =>
        expectedOutput(design, product, { shotId, position }, preset, variant + 1),
      ),
    };
  });
  const hasInstruction = random.integer(0, 2) === 0;
  const [firstShot] = shots;
  return {
    taskId: random.guid(),
    studio,
    job,
    product,
    shots,
    announcement: plan.announcement,
    readyAfterMs: plan.readyAfterMs,
    deliverable: plan.wanted.missing === undefined,
    workUnitId: random.guid(),
    styleGuideId: random.guid(),
    productionTypeId: studio.name === 'acme' ? 3 : 6,
    flavour: random.integer(0, 3),
    annotations:
      hasInstruction && firstShot
        ? [
            {
              annotationId: random.guid(),
              kind: 'instruction',
              comment: `Keep the ${product.colourName.toLowerCase()} true to the sample.`,
              createdAt: now - DAY_MS,
              shotId: firstShot.shotId,
              specId: undefined,
              variant: undefined,
              assetId: undefined,
            },
          ]
        : [],
    rounds: [],
    status: 'not ready',
    readyAt: undefined,
    startedAt: undefined,
    doneAt: undefined,
  };
}

function expectedOutput(
  design: Design,
  product: Product,
  shot: ExpectedOutput['shot'],
  preset: Preset | undefined,
  variant: number,
): ExpectedOutput {
  const stem = `${product.code}_${shot.position.toLowerCase()}`;
  const size = preset?.name ?? ORIGINAL.name;
  const creative = design.creatives.find(
    (made) => made.product === product && made.position === shot.position && made.size === size,
  );
  return {
    shot,
    preset,
    variant: preset ? variant : undefined,
    name: preset ? `${stem}_${preset.fileNamePart}` : `${stem}.jpg`,
    fileName: preset ? `${stem}_${preset.fileNamePart}${preset.extension}` : `${stem}.jpg`,
    format: preset?.extension === '.png' ? 'png' : 'jpeg',
    creative,
    assetId: undefined,
    rejected: false,
  };
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: random.fraction() }))
    .sort((first, second) => first.key - second.key)
    .map(({ item }) => item);
}
