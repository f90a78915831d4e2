import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import temporal from 'eslint-plugin-temporal';

/** The rules for all files, in the form that editors find, too. */
const base = JSON.parse(readFileSync(new URL('.oxlintrc.json', import.meta.url), 'utf8'));

/** The modules of `workflows/` for those who start workflows or send them messages. */
const definitions = [
  'external-post-task/messages/messages',
  'listing-sweep/messages',
  'search-attributes',
  'task-queues',
];

/**
 * Which layer may import which (ARCHITECTURE.md#layers). `types` may be imported with `import type` only, and of workflows only the
 * modules in `workflows`. A layer that is not named may not be imported.
 */
const layers = {
  domain: {},
  workflows: { may: ['domain'], types: ['activities'] },
  clients: { types: ['domain'] },
  activities: { may: ['clients', 'domain'] },
  config: { may: ['domain'] },
  temporal: { may: ['clients', 'config', 'domain'] },
  workers: { may: ['activities', 'clients', 'config', 'domain', 'temporal'], workflows: ['task-queues'] },
  starters: { may: ['config', 'domain', 'temporal'], workflows: definitions },
  board: { may: ['clients', 'config', 'domain', 'starters', 'temporal'], workflows: definitions },
  cli: {
    may: ['domain', 'activities', 'board', 'clients', 'config', 'temporal', 'workers', 'starters'],
    workflows: definitions,
  },
  sandbox: {},
  demo: { may: ['cli', 'config', 'sandbox', 'starters', 'temporal'], workflows: definitions },
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

/** The override of a layer. Rust's regular expressions cannot look ahead, so single modules are allowed by patterns of paths. */
function importRules([layer, { may = [], types = [], workflows }]) {
  const named = [layer, ...may, ...types, ...(workflows === undefined ? [] : ['workflows'])];
  const never = allLayers.filter((other) => !named.includes(other));
  const patterns = [
    {
      regex: `^(\\.\\./)+(${never.join('|')})(/|$)`,
      message: `${layer}/ may not import this layer (ARCHITECTURE.md#layers).`,
    },
    ...types.map((other) => ({
      regex: `^(\\.\\./)+${other}(/|$)`,
      allowTypeImports: true,
      message: `${layer}/ may import only types of ${other}/ (ARCHITECTURE.md#layers).`,
    })),
    ...(libraries[layer] ?? []),
  ];
  if (workflows !== undefined) {
    patterns.push({
      group: ['**/workflows', '**/workflows/**', ...workflows.map((file) => `!**/workflows/${file}`)],
      message: `${layer}/ may import only ${workflows.join(', ')} of workflows/ (ARCHITECTURE.md#layers).`,
    });
  }
  return { files: [`${layer}/**/*.ts`], rules: { 'typescript/no-restricted-imports': ['error', { patterns }] } };
}

/** A plugin of ESLint, by its path, so that the tests can use this configuration from elsewhere. */
const plugin = (name) => ({ name, specifier: fileURLToPath(import.meta.resolve(`eslint-plugin-${name}`)) });

/** A regular expression must not backtrack: it may see a text from outside (docs/decisions/0074-linear-time.md). */
const linearRegexps = {
  files: [...Object.keys(layers), 'bench'].map((layer) => `${layer}/**/*.ts`),
  jsPlugins: [plugin('regexp')],
  rules: {
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    'regexp/no-super-linear-move': ['error', { report: 'certain' }],
  },
};

const temporalRules = {
  files: ['workflows/**/*.ts'],
  jsPlugins: [plugin('temporal')],
  rules: {
    ...temporal.configs.strict.rules,
    // Waiting for a person or for Creative Force has no natural end; what bounds it is written where it is.
    'temporal/workflow-condition-timeout-style': 'off',
    // Date.now() is the workflow's own clock, replayed exactly; windows are measured right after timers.
    'temporal/workflow-no-wall-clock-assumptions': 'off',
    'temporal/workflow-no-nondeterministic-control-flow': 'off',
    // It takes setHandler() for a promise; the rule typescript/no-floating-promises knows the types.
    'temporal/workflow-no-floating-promises': 'off',
    // It takes every exported function for a workflow; the two that are get it back below.
    'temporal/workflow-prefer-single-object-args': 'off',
  },
};

/** All rules: those of .oxlintrc.json, and those that differ from layer to layer. */
export default {
  ...base,
  overrides: [
    ...base.overrides,
    ...Object.entries(layers).map(importRules),
    linearRegexps,
    temporalRules,
    {
      files: ['workflows/external-post-task/external-post-task.ts', 'workflows/listing-sweep/listing-sweep.ts'],
      rules: { 'temporal/workflow-prefer-single-object-args': 'error' },
    },
  ],
};
