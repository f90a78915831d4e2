import { z } from 'zod';

import { celtraOutputSchema } from '../../clients/celtra/output/output';

const text = z.string().min(1);

/** A group of known keys; the error for an unknown key lists the known ones. */
function group<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys' ? `unknown key ${String(keys)}; known here: ${known}` : undefined,
  });
}

const textOrNumber = z.union([text, z.number().transform(String)], { error: 'is neither text nor a number' });
const properties = z.record(text, z.union([z.string(), z.number(), z.boolean(), z.null()])).optional();
const named = { code: text.optional(), name: text.optional(), properties };

const spec = group({
  id: text.optional(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  extension: text.optional(),
  dpi: z.number().positive().optional(),
  colorProfile: text.optional(),
  maxBytes: z.int().positive().optional(),
});

/** The task that is asked about; whatever is left out is as in a plain ecom task. */
const task = group({
  contentCreationType: z.enum(['ecom', 'editorial']).optional(),
  workspace: text.optional(),
  productionType: z.int().optional(),
  specification: textOrNumber.optional(),
  deadline: z.iso.datetime({ error: 'is not a moment such as 2027-01-31T12:00:00Z' }).optional(),
  styleGuide: group({ id: text.optional(), name: text.optional(), properties }).optional(),
  job: group(named).optional(),
  product: group({
    ...named,
    cfCode: text.optional(),
    brand: text.optional(),
    color: text.optional(),
    styleCode: text.optional(),
    category: text.optional(),
  }).optional(),
  project: group(named).optional(),
  deliverable: group({ ...named, outputName: text.optional() }).optional(),
  /** By name. */
  specs: z.record(text, spec).optional(),
});

const wanted = z.union(
  [
    text,
    group({
      position: text,
      spec: text.optional(),
      variant: z.int().positive().optional(),
      variantName: text.optional(),
      name: text.optional(),
      specification: textOrNumber.optional(),
      isHero: z.boolean().optional(),
      inputs: z.array(text).optional(),
    }),
  ],
  { error: 'is neither POSITION/SPEC nor a group with a position' },
);

/** As Celtra prints an output, with a name and pixels; what is left out is not said. */
const creative = z
  .looseObject({
    name: text,
    id: text.optional(),
    width: z.int().positive().optional(),
    height: z.int().positive().optional(),
    /** By their keys. */
    assets: z.record(text, z.looseObject({})).optional(),
  })
  .superRefine((said, context) => {
    const { error } = celtraOutputSchema.safeParse(withDesign(asPrinted(said)));
    for (const { path, message } of error?.issues ?? [])
      context.addIssue({ code: 'custom', path, message, params: { isSentence: true } });
  });

const outcome = z.union(
  [
    text,
    group({
      creative: text,
      recipe: text.optional(),
      key: text.optional(),
      file: text.optional(),
      format: text.optional(),
    }),
    group({ problem: z.union([text, z.array(text).min(1)]), cause: text.optional() }),
  ],
  { error: 'is neither the name of a creative, { creative: … } nor { problem: … }' },
);

const shared = {
  task: task.optional(),
  wanted: z.array(wanted).min(1).optional(),
  creatives: z.array(creative).optional(),
};

/** A table of cases: what stands above the cases is for all of them. */
export const casesSchema = group({
  recipes: z.union([text, z.array(text).min(1)], {
    error: 'is not the name of a file of recipes, nor a list of names',
  }),
  studio: text.optional(),
  onMismatch: z.enum(['block', 'warn']).optional(),
  ...shared,
  cases: z
    .array(
      group({
        name: text,
        ...shared,
        expect: z.record(text, outcome),
        /** How many creatives are found and not delivered. */
        extras: z.int().min(0).optional(),
      }),
    )
    .min(1),
});

/** A creative of a case as Celtra would print it before anything is rendered; what the case does not say is not there. */
export function asPrinted(creative: CaseCreative): Readonly<Record<string, unknown>> {
  const { width, height, id = creative.name, assets = { image: { type: 'image', width, height } }, ...said } = creative;
  const files = Object.entries(assets).map(([key, asset]) => [key, { status: 'pending', ...asset }]);
  return { ...said, id, status: 'pending', assets: Object.fromEntries(files) as unknown };
}

/** Adds the design that every output of Celtra has. */
export function withDesign(printed: Readonly<Record<string, unknown>>): object {
  return { ...printed, designFile: { id: 'design', ...(printed['designFile'] as object | undefined) } };
}

export type CasesFile = z.output<typeof casesSchema>;
export type Case = CasesFile['cases'][number];
export type CaseTask = NonNullable<CasesFile['task']>;
export type CaseWanted = z.output<typeof wanted>;
export type CaseCreative = z.output<typeof creative>;
export type CaseOutcome = z.output<typeof outcome>;
