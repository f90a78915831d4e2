import { z } from 'zod';

import { dayEventKinds } from './events';
import { defectKinds, type DefectKind } from './defects';

const count = z.number().int().min(0);

/** What of the day can still be changed when it is written. Durations are milliseconds. */
export const runningDaySettings = z.strictObject({
  verdictAfterMs: z.number().min(0).describe('from an accepted submission to the step being Done'),
  giveUpAfterMs: z.number().describe('how long a ready task may stay undone before it counts as lost'),
  events: z
    .array(z.enum(dayEventKinds))
    .describe(
      'what happens by itself: one task is rejected and its design edited, the missing creative comes, one task is bypassed mid-way',
    ),
  correctedAfterMs: z.number().min(0).describe('from the rejection to the edit of that one creative'),
  creativeAfterMs: z.number().min(0).describe('from the first look for a missing creative to its being there'),
});

/** The day of work: what it holds, and what happens by itself. */
export const daySettings = runningDaySettings.extend({
  tasks: z.number().int().min(1).describe('how many tasks the day has'),
  spreadMs: z.number().min(0).describe('over what time the tasks become ready'),
  lostWebhooks: count.describe('tasks that are never announced'),
  duplicateWebhooks: count.describe('tasks that are announced twice'),
  troubles: z
    .array(z.enum(defectKinds))
    .describe('one task for each, which nobody can deliver: the right thing is to submit nothing'),
  variantsPerPosition: z
    .number()
    .int()
    .min(1)
    .max(50)
    .nullable()
    .describe('expected outputs of each shot (fan-out); null: 1 to 3'),
  supportAssets: z.boolean().describe('some shots have inclip and resource assets, without an expected output'),
  styleGuideFiles: z.boolean().describe('style guides have files: a brief, notes, a colour reference'),
});

export type DayOptions = z.infer<typeof daySettings>;

/** A small day has no room for mishaps unless they are asked for; one without troubles has no events either. */
export function dayDefaults(tasks: number, asked?: readonly DefectKind[]): DayOptions {
  const mishaps = tasks >= 6;
  const hasEvents = tasks >= 20 && asked?.length !== 0;
  return {
    tasks,
    spreadMs: 30_000,
    verdictAfterMs: 2_500,
    giveUpAfterMs: 300_000,
    events: hasEvents ? [...dayEventKinds] : [],
    correctedAfterMs: 4_000,
    creativeAfterMs: 10_000,
    lostWebhooks: mishaps ? 2 : 0,
    duplicateWebhooks: mishaps ? 1 : 0,
    troubles: tasks >= 20 ? [...defectKinds] : mishaps ? ['missing creative'] : [],
    variantsPerPosition: null,
    supportAssets: true,
    styleGuideFiles: true,
  };
}
