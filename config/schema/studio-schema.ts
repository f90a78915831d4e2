import { z } from 'zod';

import { celtraSchema } from './celtra-schema';
import { creativeForce } from './creative-force-schema';
import { duration, growthFactor, ascending } from '../shared/duration';
import { correctionsSchema, deadlineSchema, retriesSchema } from './lifecycle-schema';
import { notificationsSchema } from './notifications-schema';
import { inputsSchema } from './storage-schema';
import { preflightSchema } from './preflight-schema';
import { recipeSchema } from '../recipe/recipe-schema';
import { RUN_DESPITE_ISSUES, isObject } from '../shared/values';

const pollSchema = z
  .strictObject({
    first: duration().prefault('30s').describe('The first wait.'),
    factor: growthFactor().prefault(2).describe('By what factor each wait is longer than the one before.'),
    max: duration().prefault('6h').describe('The longest wait between two polls.'),
    freshFor: duration({ shortest: 0 })
      .prefault('5m')
      .describe('How old a reading of the task may be before a start, an export or a submit; 0s reads every time.'),
    goneAfter: duration()
      .prefault('1h')
      .describe('How long a task is looked for that Creative Force never showed, before it counts as gone.'),
  })
  .superRefine(ascending('first', 'max'));

export const recipesSchema = z.array(recipeSchema).superRefine((written: unknown, context) => {
  const names = Array.isArray(written)
    ? written.map((each: unknown) => (isObject(each) ? each['name'] : undefined))
    : [];
  names.forEach((name, index) => {
    const earlier = names.indexOf(name);
    if (earlier === index || typeof name !== 'string') return;
    const message = `is already the name of recipe ${earlier + 1}; give each recipe a name of its own`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
}, RUN_DESPITE_ISSUES);

const whenRead = () => z.enum(['always', 'when mentioned']).prefault('when mentioned');

export const studioSchema = z.strictObject({
  creativeForce: creativeForce.describe("The studio's Creative Force account."),
  celtra: celtraSchema.describe('The Celtra account whose designs serve this studio.'),
  brief: z
    .strictObject({
      inputAssets: whenRead().describe(
        'Whether the input pictures are read for every task or only when a recipe mentions them.',
      ),
      names: whenRead().describe(
        'Whether the name of the product (of an editorial task: of its deliverables) is read for every task, so that people see it beside the code; one request more for each.',
      ),
    })
    .prefault({})
    .describe('What is read of a task.'),
  preflight: preflightSchema.prefault({}).describe('The check of renders before they are delivered.'),
  inputs: inputsSchema
    .optional()
    .describe('Pictures and briefs for designers; absent means that none are saved automatically.'),
  poll: pollSchema.prefault({}).describe('How often a waiting task is polled.'),
  corrections: correctionsSchema
    .prefault({})
    .describe('How often Celtra is polled for corrections after a rejection, and for missing creatives.'),
  retries: retriesSchema.prefault({}).describe('How often a task is retried that an outside error has stopped.'),
  deadline: deadlineSchema.prefault({}).describe('When tasks are due, and when a warning is sent.'),
  notifications: notificationsSchema
    .optional()
    .describe('Whom a task that needs somebody tells, and how; absent means nobody.'),
  reviewWindow: duration().prefault('14d').describe('How long a task is watched for a rejection after its submission.'),
  recipes: recipesSchema.describe(
    'Which Celtra outputs answer which expected outputs; the first recipe whose when holds is used.',
  ),
});
