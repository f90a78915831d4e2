import { spawnSync } from 'node:child_process';

import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { loadConfig } from '../../config/load/load-config';
import { workerCredentials } from '../../config/load/credentials';
import { misunderstood } from './command-line';
import { projectFile, projectPath } from './compose-file';

const CHART = 'deploy/helm/extpost';
const HELM = process.env['EXTPOST_TEST_HELM'] ?? 'helm';

const valuesSchema = z.looseObject({
  config: z.string(),
  secrets: z.looseObject({ worker: z.array(z.string()), receiver: z.array(z.string()), board: z.array(z.string()) }),
});
const values: unknown = parse(projectFile(`${CHART}/values.yaml`));

describe('the values of the Helm chart', () => {
  const schema = z.fromJSONSchema(
    JSON.parse(projectFile(`${CHART}/values.schema.json`)) as Parameters<typeof z.fromJSONSchema>[0],
  );

  it('are valid by their schema', () => {
    expect(schema.safeParse(values).error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['a key that is not known', { workers: 3 }],
    ['a secret name that no variable can have', { secrets: { name: 'x', worker: ['ACME-SECRET'] } }],
    ['an address of Temporal without a port', { temporal: { address: 'temporal', namespace: 'default' } }],
    ['a number of workers that is none', { worker: { replicas: 0 } }],
  ])('may not have %s', (_what, change) => {
    expect(schema.safeParse({ ...(values as object), ...change }).success).toBe(false);
  });

  it.each(['worker', 'receiver'] as const)(
    'give the %s every secret that their configuration asks of it',
    async (part) => {
      const { config, secrets } = valuesSchema.parse(values);
      const environment = Object.fromEntries(secrets[part].map((name) => [name, 'a-secret']));
      const needs = { receiver: ['webhooks', 'logins', 'temporal', 'storage'] as const, worker: workerCredentials }[
        part
      ];
      const loaded = await loadConfig({
        path: 'extpost.yaml',
        environment,
        needs,
        readFile: () => Promise.resolve(config),
      });
      expect([loaded.receiver.healthPort, loaded.worker.healthPort, loaded.receiver.metricsPort]).toEqual([
        8082, 8081, 9464,
      ]);
    },
  );

  it('name the version of the package', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(projectFile('package.json')));
    expect(parse(projectFile(`${CHART}/Chart.yaml`))).toMatchObject({ version, appVersion: version });
  });
});

const hasHelm = spawnSync(HELM, ['version']).status === 0;

/** What `helm template` makes of the chart with these settings, or the end of its message. */
function render(...settings: string[]): { objects: z.output<typeof objectSchema>[]; fault: string } {
  const args = ['template', 'try', projectPath(CHART), ...settings.flatMap((setting) => ['--set', setting])];
  const { status, stdout, stderr } = spawnSync(HELM, args, { encoding: 'utf8', maxBuffer: 10 ** 7 });
  if (status !== 0) return { objects: [], fault: stderr };
  const documents = parseAllDocuments(stdout).map((document) => document.toJS() as unknown);
  return {
    objects: documents.filter((object) => object !== null).map((object) => objectSchema.parse(object)),
    fault: '',
  };
}

const probe = z.looseObject({}).optional();
const container = z.looseObject({
  name: z.string(),
  args: z.array(z.string()),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).prefault([]),
  livenessProbe: probe,
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
  securityContext: z.looseObject({}),
});
const pod = z.looseObject({
  containers: z.tuple([container]),
  volumes: z.array(z.looseObject({ name: z.string() })),
  securityContext: z.looseObject({}),
});
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string().regex(/^[a-z0-9-]{1,63}$/), labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({ template: z.looseObject({ spec: pod }).optional() }).optional(),
});
const EVERYTHING = ['autoscaling', 'board', 'podMonitor', 'receiver.ingress', 'board.ingress'].map(
  (part) => `${part}.enabled=true`,
);

if (hasHelm) {
  describe('the Helm chart', () => {
    it('has nothing that "helm lint" finds', () => {
      const { status, stdout } = spawnSync(HELM, ['lint', '--strict', projectPath(CHART)], { encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
    });

    it('makes worker, receiver, board, set-up and what belongs to them', () => {
      const made = render(...EVERYTHING).objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(made.sort()).toEqual([
        'ConfigMap try-extpost',
        'Deployment try-extpost-board',
        'Deployment try-extpost-receiver',
        'Ingress try-extpost-board',
        'Ingress try-extpost-receiver',
        'Job try-extpost-setup-1',
        'PodDisruptionBudget try-extpost-receiver',
        'PodDisruptionBudget try-extpost-worker',
        'PodMonitor try-extpost-receiver',
        'PodMonitor try-extpost-worker',
        'ScaledObject try-extpost-worker',
        'Service try-extpost-board',
        'Service try-extpost-receiver',
        'Service try-extpost-worker',
        'ServiceAccount try-extpost',
        'StatefulSet try-extpost-worker',
      ]);
    });

    const pods = render(...EVERYTHING).objects.flatMap(({ metadata, spec }) =>
      spec?.template === undefined ? [] : [{ name: metadata.name, pod: spec.template.spec }],
    );

    it.each(pods)('starts $name with a command that extpost knows', async ({ pod: { containers } }) => {
      expect(await misunderstood(containers[0].args)).toEqual([]);
    });

    it.each(pods)('confines $name', ({ pod: { containers, securityContext } }) => {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    });

    it.each(pods)(
      'mounts only volumes that $name has, and hands it secrets by file only',
      ({ pod: { containers, volumes } }) => {
        const [{ volumeMounts, env, name }] = containers;
        const known = [...volumes.map((volume) => volume.name), ...(name === 'worker' ? ['spool'] : [])];
        expect(volumeMounts.filter((mount) => !known.includes(mount.name))).toEqual([]);
        expect(env.filter((each) => !/^TEMPORAL_(ADDRESS|NAMESPACE)$|_FILE$/.test(each.name))).toEqual([]);
      },
    );

    it.each(pods.filter(({ name }) => !name.includes('setup')))('has a probe for $name', ({ pod: { containers } }) => {
      expect(containers[0].livenessProbe).toBeDefined();
    });

    it('gives set-up no secret, and the receiver the webhook secret alone', () => {
      const secretsOf = (part: string) =>
        pods
          .find(({ name }) => name.includes(part))
          ?.pod.containers[0].env.flatMap(({ name }) => (name.endsWith('_FILE') ? [name] : []));
      expect([secretsOf('setup'), secretsOf('receiver')]).toEqual([[], ['ACME_CF_WEBHOOK_SECRET_FILE']]);
    });

    it('scales the workers by the queues on which more workers help', () => {
      const scaled = render(...EVERYTHING).objects.find(({ kind }) => kind === 'ScaledObject');
      expect(JSON.stringify(scaled?.spec)).toContain('task_queue=~\\"extpost|extpost-celtra|extpost-transfer\\"');
    });

    it.each([
      ['several workers without a bucket', ['config=studios: {}'], 'set storage.s3 in config'],
      ['a value of the wrong kind', ['worker.replicas=two'], 'got string, want integer'],
    ])('refuses %s', (_what, settings, message) => {
      expect(render(...settings).fault).toContain(message);
    });
  });
} else {
  it('is left out: the Helm chart is not rendered, because there is no helm on PATH or in EXTPOST_TEST_HELM', () => {
    expect(hasHelm).toBe(false);
  });
}
