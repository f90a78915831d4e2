import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import type { Client } from '@temporalio/client';
import type { Registry } from 'prom-client';
import { parse } from 'yaml';
import { z } from 'zod';

import type { TaskStarter } from '../../starters';
import { createReceiverMetrics } from '../../starters/webhook/receiver-metrics';
import { measureAuditBacklog } from '../../starters/audit/audit-backlog';
import { withSweepMetrics, createSweepGauges } from '../../starters/sweep/sweep-metrics';
import { createWorkerMetrics } from '../../workers/metrics/worker-metrics';
import { projectFile, projectPath, readCompose, serviceNamed } from './compose-file';

const panel = z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })).prefault([]) });
const dashboardSchema = z.looseObject({ uid: z.string(), panels: z.array(panel) });
const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Extpost[A-Z]\w+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[mh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});

const rules = rulesSchema
  .parse(parse(projectFile('deploy/monitoring/alerts.yml')))
  .groups.flatMap((group) => group.rules);
const dashboardFiles = readdirSync(projectPath('deploy/monitoring/dashboards'));
const dashboards = dashboardFiles.map((file) =>
  dashboardSchema.parse(JSON.parse(projectFile(`deploy/monitoring/dashboards/${file}`))),
);
const expressions = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...dashboards.flatMap(({ panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
  ),
];

/** The metrics of worker and receiver, with the labels of each; histograms under all their names. */
async function exported(): Promise<Map<string, readonly string[]>> {
  const worker = createWorkerMetrics().registry;
  const client = { withDeadline: () => Promise.reject(new Error('no server')) } as unknown as Client;
  measureAuditBacklog(client, worker);
  createSweepGauges(worker);
  withSweepMetrics({} as TaskStarter, worker);
  const receiver = createReceiverMetrics({
    studios: ['acme'],
    isTemporalReachable: () => Promise.resolve(true),
  }).registry;
  const found = new Map<string, readonly string[]>();
  for (const registry of [worker, receiver] as Registry[]) {
    for (const { name } of await registry.getMetricsAsJSON()) {
      const { labelNames = [] } = registry.getSingleMetric(name) as unknown as { labelNames?: readonly string[] };
      for (const suffix of ['', '_bucket', '_sum', '_count']) found.set(name + suffix, labelNames);
    }
  }
  return found;
}

/** What Prometheus itself knows or adds. */
const OF_PROMETHEUS = ['up', 'job', 'instance', 'le'];
/** Labels that the SDK sets (its source is compiled, so they are listed here as the page of its metrics names them). */
const OF_SDK = ['task_queue', 'worker_type', 'activity_type', 'operation'];

describe('dashboards and alert rules', () => {
  it.each(expressions)('of %s name only metrics that extpost exports', async (_title, expr) => {
    const metrics = await exported();
    const named = expr.match(/\b(?:extpost|process|nodejs)_\w+/g) ?? [];
    expect(named.filter((name) => !metrics.has(name))).toEqual([]);
  });

  it.each(expressions)('of %s use only labels that these metrics have', async (_title, expr) => {
    const metrics = await exported();
    const named = expr.match(/\b(?:extpost|process|nodejs)_\w+/g) ?? [];
    const labels = [...expr.matchAll(/\bby \(([^)]*)\)|[{,]\s*(\w+)\s*[=!]~?"/g)].flatMap(([, group, one]) =>
      (group ?? one ?? '').split(',').map((label) => label.trim()),
    );
    const known = [...named.flatMap((name) => metrics.get(name) ?? []), ...OF_PROMETHEUS, ...OF_SDK];
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
  });

  it('name only metrics of Temporal’s SDK that its source names', () => {
    const folder = projectPath('node_modules/@temporalio/core-bridge/sdk-core/crates');
    const source = ['common', 'sdk-core', 'client']
      .flatMap((crate) =>
        readdirSync(path.join(folder, crate, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
          path.join(folder, crate, 'src', file),
        ),
      )
      .filter((file) => file.endsWith('metrics.rs'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const named = expressions.flatMap(([, expr]) => expr.match(/\btemporal_\w+/g) ?? []);
    const plain = new Set(named.map((name) => name.replace(/^temporal_/, '').replace(/_bucket$/, '')));
    expect([...plain].filter((name) => !source.includes(`"${name}"`))).toEqual([]);
  });

  it('watch each metric that docs/reference/metrics.md says to watch', () => {
    const [, table = ''] = projectFile('docs/reference/metrics.md').split('## What to watch');
    const watched = new Set(table.match(/\bextpost_\w+/g));
    const inRules = rules.map(({ expr }) => expr).join('\n');
    expect([...watched].filter((name) => !inRules.includes(name))).toEqual([]);
  });
});

describe('the profile "monitoring" of docker-compose.yml', () => {
  it('mounts files that exist', () => {
    const files = ['prometheus', 'grafana']
      .flatMap((name) => serviceNamed(name).volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => source.startsWith('./'));
    expect(files.filter((file) => !existsSync(projectPath(file)))).toEqual([]);
  });

  it('asks services that there are, on the ports that docs/reference/metrics.md sets', () => {
    const scrape = z.looseObject({
      dns_sd_configs: z.array(z.looseObject({ names: z.array(z.string()), port: z.number() })),
    });
    const { scrape_configs: scrapes } = z
      .looseObject({ scrape_configs: z.array(scrape) })
      .parse(parse(projectFile('deploy/monitoring/prometheus.yml')));
    const asked = scrapes.flatMap(({ dns_sd_configs: places }) => places);
    const { services } = readCompose();
    for (const { names, port } of asked) {
      expect(names.filter((name) => !(name in services))).toEqual([]);
      expect(projectFile('docs/reference/metrics.md')).toContain(`: ${port}`);
    }
  });
});
