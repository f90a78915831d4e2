import * as regexp from 'eslint-plugin-regexp';
import temporal from 'eslint-plugin-temporal';
import tseslint from 'typescript-eslint';

/**
 * Which layer may import which (ARCHITECTURE.md#layers). `types` may be imported with `import type` only, of `files` only
 * these modules. A layer that is not named may not be imported.
 */
const layers = {
  domain: { may: [] },
  workflows: { may: ['domain'], types: ['activities'] },
  clients: { types: ['domain'] },
  activities: { may: ['clients', 'domain'] },
  config: { may: ['domain'] },
  temporal: { may: ['clients', 'config', 'domain'] },
  workers: { may: ['activities', 'clients', 'config', 'domain', 'temporal'], files: ['workflows/task-queues'] },
  starters: {
    may: ['config', 'domain', 'temporal'],
    files: ['workflows/((external-post-task/messages|listing-sweep)/messages|search-attributes|task-queues)'],
  },
  board: {
    may: ['clients', 'config', 'domain', 'starters', 'temporal'],
    files: ['workflows/((external-post-task/messages|listing-sweep)/messages|search-attributes|task-queues)'],
  },
  cli: {
    may: ['domain', 'activities', 'board', 'clients', 'config', 'temporal', 'workers', 'starters'],
    files: ['workflows/((external-post-task/messages|listing-sweep)/messages|search-attributes|task-queues)'],
  },
  sandbox: { may: [] },
  demo: {
    may: ['cli', 'config', 'sandbox', 'starters', 'temporal'],
    files: ['workflows/((external-post-task/messages|listing-sweep)/messages|search-attributes|task-queues)'],
  },
};
const allLayers = [...Object.keys(layers), 'bench', 'test'];

/** Libraries that a layer must not import. */
const libraries = {
  domain: [
    { regex: '^(node:|@temporalio/|undici$|fastify$|pino$|zod$)', message: 'domain/ is pure: no I/O, no Temporal.' },
  ],
  workflows: [
    {
      regex: '^(node:|undici$|fastify$|pino$|zod$|liquidjs$|sharp$)',
      message: 'Workflow code is deterministic: no Node, no I/O.',
    },
    {
      regex: '^@temporalio/(activity|client|worker|testing)',
      message: 'Only @temporalio/workflow and common in workflows/.',
    },
  ],
  clients: [
    {
      regex: '^@temporalio/',
      message: 'clients/ do not depend on Temporal: activities/ turn their errors into failures.',
    },
  ],
};

function importRules(layer, { may = [], types = [], files = [] }) {
  const closed = allLayers.filter((other) => other !== layer && !may.includes(other));
  const never = closed.filter((other) => !types.includes(other) && !files.some((file) => file.startsWith(`${other}/`)));
  const patterns = [
    ...(never.length > 0
      ? [
          {
            regex: `^(\\.\\./)+(${never.join('|')})(/|$)`,
            message: `${layer}/ may not import this layer (ARCHITECTURE.md#layers).`,
          },
        ]
      : []),
    ...types.map((other) => ({
      regex: `^(\\.\\./)+${other}(/|$)`,
      allowTypeImports: true,
      message: `${layer}/ may import only types of ${other}/ (ARCHITECTURE.md#layers).`,
    })),
    ...files.map((file) => ({
      regex: `^(\\.\\./)+${file.split('/')[0]}(?!/${file.slice(file.indexOf('/') + 1)}$)`,
      message: `${layer}/ may import only ${file} (ARCHITECTURE.md#layers).`,
    })),
    ...(libraries[layer] ?? []),
  ];
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

/** A regular expression must not backtrack: it may see a text from outside (docs/decisions/0074-linear-time.md). */
const linearRegexps = {
  files: [...Object.keys(layers), 'bench'].map((layer) => `${layer}/**/*.ts`),
  plugins: { regexp },
  rules: {
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    'regexp/no-super-linear-move': ['error', { report: 'certain' }],
  },
};

/** Only what oxlint does not know: import rules of the layers, regular expressions, and Temporal's rules. All other rules are in .oxlintrc.json. */
export default tseslint.config(
  { ignores: ['build/', 'coverage/', 'node_modules/', '.extpost/'] },
  { files: [...Object.keys(layers), 'bench'].map((layer) => `${layer}/**/*.ts`), extends: [tseslint.configs.base] },
  linearRegexps,
  ...Object.entries(layers).map(([layer, may]) => ({ files: [`${layer}/**/*.ts`], rules: importRules(layer, may) })),
  {
    files: ['workflows/**/*.ts'],
    extends: [temporal.configs.strict],
    rules: {
      // Waiting for a person or for Creative Force has no natural end; what bounds it is written where it is.
      'temporal/workflow-condition-timeout-style': 'off',
      // Date.now() is the workflow's own clock, replayed exactly; windows are measured right after timers.
      'temporal/workflow-no-wall-clock-assumptions': 'off',
      'temporal/workflow-no-nondeterministic-control-flow': 'off',
      // It takes setHandler() for a promise; oxlint has a rule that knows the types.
      'temporal/workflow-no-floating-promises': 'off',
      // It takes every exported function for a workflow; the two that are get it back below.
      'temporal/workflow-prefer-single-object-args': 'off',
    },
  },
  {
    files: ['workflows/external-post-task/external-post-task.ts', 'workflows/listing-sweep/listing-sweep.ts'],
    rules: { 'temporal/workflow-prefer-single-object-args': 'error' },
  },
);
