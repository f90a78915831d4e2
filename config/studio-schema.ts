import { z } from 'zod';

import { celtra } from './celtra-schema';
import { creativeForce } from './creative-force-schema';
import { duration } from './duration';
import { corrections, deadline, notifications, retries } from './life-schema';
import { inputs } from './inputs-schema';
import { preflight } from './preflight-schema';
import { recipe } from './recipe-schema';
import { EVEN_IF_FAULTY, isGroup } from './values';
import { growth, inOrder } from './waits';

const looks = z
  .strictObject({
    first: duration().prefault('30s').describe('The first wait.'),
    factor: growth().prefault(2).describe('By what each wait is longer than the one before.'),
    max: duration().prefault('6h').describe('The longest wait between two looks.'),
    freshFor: duration({ shortest: 0 })
      .prefault('5m')
      .describe('How old a reading of the task may be before a start, an export or a submit; 0s reads every time.'),
  })
  .superRefine(({ first, max }, context) => {
    inOrder({ first, max }, context);
  });

/** A list of recipes, each with a name of its own. */
export const recipes = z.array(recipe).superRefine((written: unknown, context) => {
  const names = Array.isArray(written)
    ? written.map((each: unknown) => (isGroup(each) ? each['name'] : undefined))
    : [];
  names.forEach((name, index) => {
    const earlier = names.indexOf(name);
    if (earlier === index || typeof name !== 'string') return;
    const message = `is already the name of recipe ${earlier + 1}; give each recipe a name of its own`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
}, EVEN_IF_FAULTY);

/** Everything about one studio. */
export const studio = z.strictObject({
  creativeForce: creativeForce.describe("The studio's Creative Force account."),
  celtra: celtra.describe('The Celtra account whose designs serve this studio.'),
  brief: z
    .strictObject({
      inputAssets: z
        .enum(['always', 'when mentioned'])
        .prefault('when mentioned')
        .describe('Whether the input pictures are read for every task or only when a recipe mentions them.'),
    })
    .prefault({})
    .describe('What is read of a task.'),
  preflight: preflight.prefault({}).describe('The check of renders before they are delivered.'),
  inputs: inputs
    .optional()
    .describe('Pictures and briefs for designers; absent means that none are saved by themselves.'),
  looks: looks.prefault({}).describe('How often a waiting task is looked at.'),
  corrections: corrections
    .prefault({})
    .describe('The look for corrections after a rejection, and for creatives that were missing.'),
  retries: retries.prefault({}).describe('How often a task is tried again that a fault of the other side has stopped.'),
  deadline: deadline.prefault({}).describe('When tasks are due, and when people are warned.'),
  notifications: notifications
    .optional()
    .describe('Where people are told that a task needs them; absent means nowhere.'),
  reviewWindow: duration().prefault('14d').describe('How long a task is watched for a rejection after its submit.'),
  recipes: recipes.describe(
    'Which Celtra outputs answer which expected outputs; the first recipe whose when holds is taken.',
  ),
});
