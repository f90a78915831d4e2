import { z } from 'zod';

import { defectKinds, type DefectKind } from './defects';

const count = z.number().int().min(0);

/** Events that the sandbox triggers for some tasks of the day. */
export const dayEventKinds = [
  'rejection',
  'late creative',
  'bypass',
  'late rejection',
  'uncorrected rejection',
  'reset',
  'late reset',
  'deletion',
] as const;
export type DayEvent = (typeof dayEventKinds)[number];
/** The events of a usual day of 20 tasks. */
const usualEvents: readonly DayEvent[] = ['rejection', 'late creative', 'bypass', 'uncorrected rejection'];

/** An event that is assigned to a task. A late creative belongs to the task that lacks one. */
export type AssignedEvent = Exclude<DayEvent, 'late creative'>;

/** Settings of the day that can be changed while the sandbox runs. Durations are milliseconds. */
export const runningDaySettings = z.strictObject({
  verdictAfterMs: z.number().min(0).describe('from an accepted submission to the step being Done'),
  giveUpAfterMs: z.number().describe('how long a ready task may stay undone before it counts as lost'),
  events: z
    .array(z.enum(dayEventKinds))
    .describe(
      'events of the day, each to `eventTasks` tasks: rejected and the design edited, the missing creative added, bypassed after the start, rejected after Done, rejected without an edit, made ready again before or after Done, deleted when announced',
    ),
  correctedAfterMs: z.number().min(0).describe('from the rejection to the edit of that one creative'),
  creativeAfterMs: z.number().min(0).describe('from the first look for a missing creative to its being there'),
  lateAfterMs: z.number().min(0).describe('from Done to a late rejection or reset'),
  outages: z
    .array(
      z.strictObject({
        api: z.enum(['creative force', 'celtra']),
        afterMs: z.number().min(0),
        forMs: z.number().min(0),
        answer: z.enum(['html', 'cutJson']),
      }),
    )
    .describe(
      'bursts in which every call of an API is answered 200 with a page of HTML, or carried out and answered with half of its JSON; times count from the beginning of the day',
    ),
});

/** The day of work: its content and its events. */
export const daySettings = runningDaySettings.extend({
  tasks: z.number().int().min(1).describe('how many tasks the day has'),
  spreadMs: z.number().min(0).describe('over what time the tasks become ready'),
  lostWebhooks: count.describe('tasks that are never announced'),
  duplicateWebhooks: count.describe('tasks that are announced twice'),
  eventTasks: z.number().int().min(1).describe('how many tasks each event of the day happens to'),
  colourwayTasks: count.describe('tasks with a shot whose outputs differ by their variant only'),
  defects: z
    .array(z.enum(defectKinds))
    .describe('one task for each, which cannot be delivered: the right reaction is to submit nothing'),
  variantsPerPosition: z
    .number()
    .int()
    .min(1)
    .max(50)
    .nullable()
    .describe('expected outputs of each shot (fan-out); null: 1 to 3'),
  filesPerTask: z
    .number()
    .int()
    .min(1)
    .max(150)
    .nullable()
    .describe(
      'expected outputs of each task, on up to three shots; null: as many as its shots ask for; with a number no task has a defect',
    ),
  motion: z.boolean().describe('one task of acme asks for a film, one for the two cards of a carousel'),
  supportAssets: z.boolean().describe('some shots have inclip and resource assets, without an expected output'),
  styleGuideFiles: z.boolean().describe('style guides have files: a brief, notes, a colour reference'),
});

export type DayOptions = z.infer<typeof daySettings>;

/** A small day has no scenarios unless they are requested; a day without defects has no events. */
export function dayDefaults(tasks: number, asked?: readonly DefectKind[]): DayOptions {
  const hasScenarios = tasks >= 6;
  const hasEvents = tasks >= 20 && asked?.length !== 0;
  return {
    tasks,
    spreadMs: 30_000,
    verdictAfterMs: 2_500,
    giveUpAfterMs: 300_000,
    events: hasEvents ? [...usualEvents] : [],
    correctedAfterMs: 4_000,
    creativeAfterMs: 10_000,
    lateAfterMs: 3_000,
    outages: [],
    lostWebhooks: hasScenarios ? 2 : 0,
    duplicateWebhooks: hasScenarios ? 1 : 0,
    eventTasks: 1,
    colourwayTasks: 0,
    defects: tasks >= 20 ? [...defectKinds] : hasScenarios ? ['missing creative'] : [],
    variantsPerPosition: null,
    filesPerTask: null,
    motion: hasEvents,
    supportAssets: true,
    styleGuideFiles: true,
  };
}
