import { type Finding, lint } from '../support/lint';

/** Rules of ours, tried on the linter's own configuration: a text as if it were in a file of that name. */
type Import = [from: string, code: string];

const slowExpressions = [
  "text.replace(/\\s*\\n\\s*$/u, '')",
  '/^(a+)+$/.test(text)',
  '/(a|a)*b/.test(text)',
  "text.replace(/\\/+$/, '')",
  "text.replace(/\\([^)]*\\)/g, '')",
];
const linearExpressions = ["text.replace(/\\s+/g, ' ')", '/^[a-z0-9]{1,10}$/.test(text)', "text.replace(/^\\/+/, '')"];
const WITH_EXPRESSIONS = 'domain/recipe/template.ts';

const allowed: Import[] = [
  ['domain/plan/export-plan.ts', "import { renderTemplate } from './template';"],
  ['domain/recipe/template.ts', "import { Liquid } from 'liquidjs';"],
  ['workflows/task-queues.ts', "import { dueSet } from '../domain/task/due-set';"],
  ['workflows/activity-options.ts', "import type { CeltraActivities } from '../activities';"],
  ['workflows/activity-options.ts', "import { proxyActivities } from '@temporalio/workflow';"],
  ['clients/celtra/client.ts', "import type { CeltraOutput } from '../../domain/render/celtra-output';"],
  ['clients/celtra/client.ts', "import { request } from 'undici';"],
  ['activities/celtra/celtra-activities.ts', "import { RemoteCallError } from '../clients';"],
  ['activities/celtra/celtra-activities.ts', "import { toCandidate } from '../domain/matching';"],
  ['activities/celtra/celtra-activities.ts', "import { activityInfo } from '@temporalio/activity';"],
  ['config/load/load-config.ts', "import { mentionedVariables } from '../domain/template';"],
  ['workers/run-workers.ts', "import { createSpool } from '../activities';"],
  ['workers/run-workers.ts', "import { taskQueues } from '../workflows/task-queues';"],
  [
    'starters/tasks/task-starter.ts',
    "import { taskEventSignal } from '../workflows/external-post-task/messages/messages';",
  ],
  ['starters/tasks/task-starter.ts', "import { searchAttributes } from '../workflows/search-attributes';"],
  ['starters/tasks/task-starter.ts', "import { loadConfig } from '../config';"],
  ['starters/tasks/task-starter.ts', "import { openTemporal } from '../../temporal/connection';"],
  ['cli/services/worker-command.ts', "import { runWorkers } from '../../workers/run-workers';"],
  ['demo/sandbox/sandbox-command.ts', "import { startSandbox } from '../../sandbox';"],
  ['sandbox/world.ts', "import { random } from './random';"],
  ['sandbox/celtra/renders.ts', "import { drawings } from '../pictures/drawings';"],
  ['test/domain/plan/export-plan.test.ts', "import { startSandbox } from '../../sandbox';"],
];

const refused: Import[] = [
  ['domain/plan/export-plan.ts', "import { createCeltraClient } from '../clients';"],
  ['domain/plan/export-plan.ts', "import type { CeltraClient } from '../clients';"],
  ['domain/plan/export-plan.ts', "import { taskQueues } from '../workflows/task-queues';"],
  ['domain/plan/export-plan.ts', "import { readFile } from 'node:fs/promises';"],
  ['domain/plan/export-plan.ts', "import { ApplicationFailure } from '@temporalio/common';"],
  ['domain/plan/export-plan.ts', "export { createCeltraClient } from '../clients';"],
  ['workflows/task-queues.ts', "import { createSpool } from '../activities';"],
  ['workflows/task-queues.ts', "import { readFile } from 'node:fs';"],
  ['workflows/task-queues.ts', "import { activityInfo } from '@temporalio/activity';"],
  ['workflows/task-queues.ts', "import { Client } from '@temporalio/client';"],
  ['workflows/task-queues.ts', "import { loadConfig } from '../config';"],
  ['workflows/task-queues.ts', "import { createCeltraClient } from '../clients';"],
  ['clients/celtra/client.ts', "import { ApplicationFailure } from '@temporalio/common';"],
  ['clients/celtra/client.ts', "import { toCandidate } from '../../domain/plan/matching';"],
  ['clients/celtra/client.ts', "import type { Spool } from '../../activities';"],
  ['activities/celtra/celtra-activities.ts', "import { taskQueues } from '../workflows/task-queues';"],
  ['activities/celtra/celtra-activities.ts', "import { loadConfig } from '../config';"],
  ['config/load/load-config.ts', "import { createCeltraClient } from '../clients';"],
  ['workers/run-workers.ts', "import { externalPostTask } from '../workflows/external-post-task/external-post-task';"],
  ['workers/run-workers.ts', "import { taskQueues } from '../workflows';"],
  ['workers/run-workers.ts', "import { startReceiver } from '../starters';"],
  [
    'starters/tasks/task-starter.ts',
    "import { externalPostTask } from '../workflows/external-post-task/external-post-task';",
  ],
  ['starters/tasks/task-starter.ts', "import { createCeltraClient } from '../clients';"],
  ['starters/tasks/task-starter.ts', "import { createSpool } from '../activities';"],
  ['temporal/connection.ts', "import { createTaskStarter } from '../starters';"],
  ['domain/plan/export-plan.ts', "import { openTemporal } from '../../temporal/connection';"],
  ['cli/program.ts', "import { startSandbox } from '../sandbox';"],
  ['cli/main.ts', "import { demoCommands } from '../demo';"],
  ['sandbox/index.ts', "import { exitCodes } from '../cli/exit-codes';"],
  [
    'cli/services/worker-command.ts',
    "import { externalPostTask } from '../../workflows/external-post-task/external-post-task';",
  ],
  ['cli/services/worker-command.ts', "import { aTask } from '../../test/support/facts';"],
  ['sandbox/world.ts', "import type { Task } from '../domain/task';"],
  ['sandbox/celtra/renders.ts', "import { createCeltraClient } from '../../clients/celtra/client';"],
];

let answers: Map<string, Finding[]>;

beforeAll(async () => {
  const expressions = [...slowExpressions, ...linearExpressions].map((code): Import => [WITH_EXPRESSIONS, code]);
  const texts = [...allowed, ...refused, ...expressions];
  const found = await lint(texts);
  answers = new Map(texts.map((tried, index) => [tried.join(), found[index] ?? []]));
});

const findings = (tried: Import, rules: string): Finding[] =>
  (answers.get(tried.join()) ?? []).filter(({ code }) => code.startsWith(rules));
const IMPORTS = 'eslint(no-restricted-imports)';

describe('of regular expressions the linter', () => {
  it.each(slowExpressions)('refuses one that needs more than linear time: %s', (code) => {
    expect(findings([WITH_EXPRESSIONS, code], 'regexp(')).not.toEqual([]);
  });

  it.each(linearExpressions)('allows %s', (code) => {
    expect(answers.get([WITH_EXPRESSIONS, code].join())).toBeDefined();
    expect(findings([WITH_EXPRESSIONS, code], 'regexp(')).toEqual([]);
  });
});

/** ARCHITECTURE.md#layers. */
describe('of imports between layers the linter', () => {
  it.each(allowed)('allows in %s: %s', (...tried) => {
    expect(answers.get(tried.join())).toBeDefined();
    expect(findings(tried, IMPORTS)).toEqual([]);
  });

  it.each(refused)('refuses in %s: %s', (...tried) => {
    expect(findings(tried, IMPORTS)).toHaveLength(1);
  });

  it('names the reason and the document', () => {
    const refusal: Import = ['domain/plan/export-plan.ts', "import { createCeltraClient } from '../clients';"];
    expect(findings(refusal, IMPORTS)[0]?.help).toContain(
      'domain/ may not import this layer (ARCHITECTURE.md#layers).',
    );
  });
});
