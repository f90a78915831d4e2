import path from 'node:path';

import { explainNamed, explanationText } from '../../../cli/plan/explain';
import { expectedOutputShortName } from '../../../domain/task/output-label';
import { isComplete, type TaskPlan } from '../../../domain/plan/make-plan';
import { planTask } from '../../../cli/plan/plan-task';
import { planText } from '../../../cli/plan/plan-text';
import { openStudioClients } from '../../../cli/shared/studio-clients';
import { RequestBudget } from '../../../clients';
import { loadConfig } from '../../../config';
import { sandboxEnvironment, type Sandbox } from '../../../sandbox';
import { eventually, startQuickSandbox } from '../../sandbox/start';

const config = path.resolve(__dirname, '../../../examples/sandbox/extpost.yaml');

describe('the plan of each task of the day that nobody can deliver', () => {
  let sandbox: Sandbox;
  let plans: TaskPlan[];
  const before = { ...process.env };

  beforeAll(async () => {
    sandbox = await startQuickSandbox({ seed: 'troubles', day: { tasks: 20 } });
    await fetch(`${sandbox.controlUrl}/day/begin`, { method: 'POST' });
    await eventually(() => sandbox.ledger().tasks.every(({ readyAt }) => readyAt !== undefined));
    Object.assign(process.env, sandboxEnvironment(sandbox), { EXTPOST_FOLDER: '.extpost' });
    const loaded = await loadConfig({ path: config, environment: process.env });
    plans = await Promise.all(
      sandbox.ledger().tasks.map(({ studio: name, taskId }) => {
        const studio = openStudioClients(loaded, name, config, { budget: new RequestBudget({ limit: 1_000 }) });
        const { recipes } = studio.settings;
        const { signal } = new AbortController();
        return planTask(studio, taskId, { recipes, readAll: false, signal, log: () => undefined });
      }),
    );
  });
  afterAll(async () => {
    process.env = { ...before };
    await sandbox.stop();
  });

  it('leaves something out of eight tasks, and nothing of the others', () => {
    expect(plans.map(isComplete).filter((complete) => !complete)).toHaveLength(8);
  });

  it.each([
    ['a creative is missing', /no Celtra output has the key ".*"\. There are \d+ other keys; nearest is/],
    ['two creatives have one key', /2 creatives have the key ".*" of .*; choose one: /],
    ['the key differs by capital letters', /There is ".*", which differs only by case\./],
    ['the key differs by spaces', /There is ".*", which differs only by spaces\./],
    [
      'the creative has another size',
      /does not match .*: the spec asks for \d+ × \d+ pixels, the creative has \d+ × \d+\./,
    ],
    ['no recipe is for the specification', /No recipe matches .* requires specification "SPRING-SOCIAL", found/],
    ['a property is missing', /mentions job\.properties\.Celtra project, which this task does not have\./],
    ['one creative is needed twice', /need the same creative, with the key ".*"\. The recipe must distinguish them\./],
  ])('says in words that %s', (_trouble, words) => {
    const telling = plans.filter((plan) => words.test(planText(plan)));
    expect(telling).toHaveLength(1);
  });

  it('says the same when it is asked to explain', () => {
    for (const plan of plans.filter((each) => !isComplete(each))) {
      const problem = plan.record.problems[0];
      const names = plan.due.map((output) => expectedOutputShortName(plan.facts, output));
      const explained = names.flatMap((name) => explainNamed(plan, name).map(explanationText)).join('\n');
      expect(explained).toContain(problem?.message);
    }
  });
});
