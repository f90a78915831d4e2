import { Command, Option } from 'commander';

import { RemoteCallError } from '../../clients';
import { loadConfig, loadRecipes } from '../../config';
import type { Recipe } from '../../domain/recipe/recipe';
import { expectedOutputKey } from '../../domain/task/expected-output';
import { CommandError, exitCodes, usageError } from '../exit-codes';
import { configOption, durationArgument, taskArgument } from '../shared/options';
import { resolveTaskId, studioOf } from '../shared/resolve-task';
import { runInterruptible } from '../shared/signals';
import { openStudioClients, type StudioClients } from '../shared/studio-clients';
import { explainNamed, explanationText } from './explain';
import { isComplete, type TaskPlan } from '../../domain/plan/make-plan';
import { listOpenTasks } from './list-open-tasks';
import { planTask } from './plan-task';
import { plansText, planText } from './plan-text';
import { writeReport } from './report';
import { saveTask } from './saved-task';

export function planCommand(): Command {
  return new Command('plan')
    .description(
      'show which creative would be delivered for which expected output, and why; needs no worker.\n' +
        'It changes nothing, but makes Celtra render what the filters find.',
    )
    .argument('<studio>', 'a studio of the configuration; or a workflow id alone')
    .argument('[task]', `${taskArgument}; or --all-open`)
    .addOption(configOption())
    .addOption(new Option('--all-open', "every open task that the studio's listing names"))
    .addOption(new Option('--editorial', 'the task is editorial; otherwise extpost finds out').conflicts('allOpen'))
    .option('--recipes <file>', 'try the recipes of this file, not the configured ones')
    .addOption(
      new Option(
        '--explain <output>',
        'why each recipe and creative was chosen or not, for this expected output',
      ).conflicts('allOpen'),
    )
    .option('--html <file>', 'also write a page with the pictures of both sides side by side')
    .addOption(
      new Option('--wait <time>', 'with --html: how long to wait for pictures that Celtra has not rendered yet')
        .argParser(durationArgument)
        .default(60_000, '60s'),
    )
    .option('--save <folder>', 'also save what was read in this folder, for "extpost recipes test --against"')
    .option('--json', 'print the plan as JSON, with the facts behind it')
    .action((studio: string, task: string | undefined, options: PlanOptions) => runPlan(studio, task, options));
}

export interface PlanOptions {
  readonly config: string;
  readonly allOpen?: true;
  readonly editorial?: true;
  readonly recipes?: string;
  readonly explain?: string;
  readonly html?: string;
  /** Milliseconds. */
  readonly wait: number;
  readonly save?: string;
  readonly json?: true;
}

/** Throws CommandError when something would not be delivered. */
async function runPlan(named: string, task: string | undefined, options: PlanOptions): Promise<void> {
  const isAllOpen = options.allOpen === true;
  if (isAllOpen && task !== undefined) throw usageError('Name one task or use --all-open, not both.');
  const studioName = isAllOpen ? named : studioOf(named, task);
  const config = await loadConfig({
    path: options.config,
    needs: ['creative force', 'logins', 'celtra'],
  });
  const studio = openStudioClients(config, studioName, options.config);
  const recipes = await recipesFor(studio, options);
  await runInterruptible(async (signal) => {
    const log = (text: string): void => {
      process.stderr.write(`${text}\n`);
    };
    const { plans, unread, missing } = isAllOpen
      ? await planAllOpen(studio, recipes, { options, signal, log })
      : {
          plans: [
            await planOne(studio, await resolveTaskId(studio, { studio: named, task }, { config, signal }), recipes, {
              options,
              signal,
              log,
            }),
          ],
          unread: [],
          missing: [],
        };
    if (options.save !== undefined) {
      for (const plan of plans) log(`Saved ${await saveTask(options.save, plan, studio.settings.preflight)}.`);
    }
    if (options.html !== undefined) {
      await writeReport(options.html, plans, { studio, waitMs: options.wait, signal, log });
      log(`Wrote ${options.html}.`);
    }
    print(plans, options);
    for (const each of [...unread, ...missing]) log(each);
    failIfIncomplete(plans, unread, missing.length > 0);
  }, 'Interrupted. Nothing was changed; run the same command again.');
}

async function recipesFor(studio: StudioClients, { recipes: draft }: PlanOptions): Promise<readonly Recipe[]> {
  if (draft === undefined) return studio.settings.recipes;
  const book = await loadRecipes({ path: draft });
  const found = book.recipesOf(studio.name);
  if (found === undefined) throw usageError(`${draft} has no studio "${studio.name}" whose recipes could be used.`);
  return found;
}

interface PlanContext {
  readonly options: PlanOptions;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

function planOne(
  studio: StudioClients,
  taskId: string,
  recipes: readonly Recipe[],
  { options, signal, log }: PlanContext,
): Promise<TaskPlan> {
  const readAll = options.save !== undefined;
  const flavour = options.editorial === true ? 'editorial' : undefined;
  return planTask(studio, taskId, { recipes, readAll, flavour, signal, log });
}

async function planAllOpen(
  studio: StudioClients,
  recipes: readonly Recipe[],
  { options, signal, log }: PlanContext,
): Promise<{ plans: TaskPlan[]; unread: string[]; missing: readonly string[] }> {
  const { tasks: open, missing } = await listOpenTasks(studio, signal);
  const plans: TaskPlan[] = [];
  const unread: string[] = [];
  for (const [index, { taskId, contentCreationType: flavour, productCode, jobCode }] of open.entries()) {
    log(`${index + 1} of ${open.length}: ${[productCode, jobCode].filter(Boolean).join(', ') || taskId}`);
    try {
      const readAll = options.save !== undefined;
      plans.push(await planTask(studio, taskId, { recipes, readAll, flavour, signal, log: () => undefined }));
    } catch (error) {
      // One task that was deleted meanwhile must not prevent the plans of the others.
      if (!(error instanceof RemoteCallError)) throw error;
      unread.push(`Task ${taskId} could not be planned: ${error.message}`);
    }
  }
  return { plans, unread, missing };
}

function print(plans: readonly TaskPlan[], options: PlanOptions): void {
  const [first] = plans;
  const isOne = options.allOpen === undefined && first !== undefined;
  if (options.json === true) {
    const content = isOne ? planJson(first, options.explain) : plans.map((plan) => planJson(plan));
    console.log(JSON.stringify(content, undefined, 2));
  } else if (!isOne) {
    console.log(plans.length === 0 ? 'No open task was found.' : plansText(plans));
  } else if (options.explain === undefined) {
    console.log(planText(first));
  } else {
    console.log(explainNamed(first, options.explain).map(explanationText).join('\n\n'));
  }
}

function failIfIncomplete(plans: readonly TaskPlan[], unread: readonly string[], areSomeMissing: boolean): void {
  const incomplete = plans.filter((plan) => !isComplete(plan)).length;
  if (incomplete === 0 && unread.length === 0 && !areSomeMissing) return;
  const parts = [
    ...(incomplete === 0 ? [] : [`${incomplete} of ${plans.length + unread.length} would not be delivered completely`]),
    ...(unread.length === 0 ? [] : [`${unread.length} could not be planned`]),
    ...(areSomeMissing ? ['some could not be read from the listing'] : []),
  ];
  const message =
    plans.length + unread.length === 1 && !areSomeMissing
      ? 'The task would need attention.'
      : `Of the open tasks, ${parts.join(', ')}.`;
  throw new CommandError(message, exitCodes.wouldNotGoOut);
}

function planJson(plan: TaskPlan, explained?: string): Record<string, unknown> {
  const { facts, due, record, warnings } = plan;
  return {
    studio: facts.studio,
    taskId: facts.task.taskId,
    isComplete: isComplete(plan),
    plan: record,
    due: due.map(({ expected }) => expectedOutputKey(expected)),
    warnings,
    facts,
    ...(explained !== undefined && { explanations: explainNamed(plan, explained) }),
  };
}
