import { z } from 'zod';

import { codecServerSchema } from './codec-server-schema';
import { auditSchema, storageSchema, storeSchema } from './storage-schema';
import { duration } from '../shared/duration';
import { checkPresetsAllowed } from '../recipe/films-schema';
import { checkOperatorsAllowed } from '../recipe/filter-schema';
import { boardSchema } from './board-schema';
import { receiverSchema } from './receiver-schema';
import { studioSchema } from './studio-schema';
import { telemetrySchema } from './telemetry-schema';
import {
  RUN_DESPITE_ISSUES,
  isObject,
  port,
  nonEmptyText,
  ipAddress,
  strongSecret,
  choice,
  flag,
  wholeNumber,
} from '../shared/values';

/** Of a studio and of a network address. */
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** `temporal.largePayloads.above`, also without a configuration. */
export const LARGE_PAYLOAD_BYTES = 262_144;

const largePayloads = z.strictObject({
  above: wholeNumber(LARGE_PAYLOAD_BYTES, { min: 1024, max: 1_048_576 }).describe(
    'From how many bytes on a payload is stored there instead of in the history.',
  ),
  store: storeSchema()
    .optional()
    .describe('Another place than `payloads` in the storage. Every process of extpost must reach it.'),
});

const temporal = z.strictObject({
  namespace: nonEmptyText().optional().describe('Namespace; absent means that of the profile, else default.'),
  address: nonEmptyText().optional().describe('host:port of the server; absent means TEMPORAL_ADDRESS or the profile.'),
  profile: nonEmptyText()
    .optional()
    .describe("Profile in Temporal's own configuration file; absent means TEMPORAL_PROFILE."),
  encryptionKeys: z
    .array(strongSecret())
    .prefault([])
    .describe(
      'Secrets by which everything in Temporal but ids and search attributes is encrypted (AES-256): the first for what is new, the others to read what is older. None: no encryption.',
    ),
  codecServer: codecServerSchema
    .prefault({})
    .describe("What `extpost codec-server` serves, so that Temporal's Web UI and command line show what is encrypted."),
  largePayloads: largePayloads
    .prefault({})
    .describe('Plans of hundreds of files are kept outside Temporal; its histories hold their SHA-256.'),
});

const spool = z.strictObject({
  folder: nonEmptyText().prefault('.extpost/spool').describe('Folder for renders between download and upload.'),
  maxBytes: wholeNumber(5_000_000_000, { min: 1 }).describe(
    'Largest single file in bytes; a single upload cannot carry more than 5 GB.',
  ),
  maxTotalBytes: wholeNumber(50_000_000_000, { min: 1 }).describe(
    'Bytes that the folder may hold, over all workers that share it; then downloads wait.',
  ),
  keepFree: wholeNumber(1_000_000_000, { min: 0 }).describe(
    'Bytes of the disk that stay free; a download that would use them waits.',
  ),
  clearAfter: duration({ shortest: 3_600_000 })
    .prefault('2d')
    .describe('Files that are older belong to no running task, and are removed.'),
});

const versioning = z.strictObject({
  deployment: nonEmptyText().describe('Name of the deployment; the same for all workers of one installation.'),
  buildId: nonEmptyText().describe('Names this build: a new one for every release that is rolled out.'),
  behavior: choice(['pinned', 'auto upgrade']).describe(
    'Whether a task stays with the build on which it began (`pinned`), or continues with whichever is current (`auto upgrade`).',
  ),
});

function egressName() {
  return z.string().regex(NAME, 'is not a name of an address; use 1 to 40 of a–z, 0–9 and -, not starting with -');
}

const worker = z
  .strictObject({
    spool: spool.prefault({}).describe('Where files are kept between download and upload.'),
    shutdownGrace: duration({ shortest: 0 })
      .prefault('10s')
      .describe(
        'How long a worker that was asked to stop may take: activities continue until 2 s before its end, are cancelled then, and what still hangs is left to the next worker.',
      ),
    gatewayRequestsPerSecond: wholeNumber(15, { min: 1, max: 20 }).describe(
      'Requests per second to Creative Force, all studios together; its limit is 20 per network address.',
    ),
    egress: egressName()
      .optional()
      .describe('Name of the network address of this worker, one of `egresses`. Workers on one address have one name.'),
    egresses: z
      .array(egressName())
      .prefault([])
      .describe(
        'Names of all network addresses from which workers reach Creative Force. Each has its own 20 requests per second, and tasks are spread over them; none means that there is one.',
      ),
    transfersInParallel: wholeNumber(32, { min: 1 }).describe(
      'Files that are downloaded at the same time, as many that are uploaded, and as many that are converted, of all tasks together.',
    ),
    bytesInFlight: wholeNumber(2_000_000_000, { min: 1 }).describe(
      'Bytes of all files that are uploaded at the same time; a larger file goes alone.',
    ),
    decodedBytes: wholeNumber(1024 ** 3, { min: 64 * 1024 ** 2 }).describe(
      'Memory for the pixels of all pictures that are decoded at the same time; one that alone needs more is refused.',
    ),
    allowLoopback: flag(false).describe(
      'Whether files may come from and go to this computer, also by plain http: for a trial with the sandbox only.',
    ),
    versioning: versioning
      .optional()
      .describe("Temporal's Worker Versioning: several builds side by side; absent means that it is off."),
    healthPort: port()
      .optional()
      .describe('Port of the health check and of `/metrics` for Prometheus; absent means that there is none.'),
    monitoringHost: ipAddress()
      .prefault('127.0.0.1')
      .describe('Network address of `healthPort` and `temporalMetricsPort`; they have no authentication.'),
    temporalMetricsPort: port()
      .optional()
      .describe(
        "Port on which Temporal's SDK serves its own metrics for Prometheus; absent means that there are none.",
      ),
  })
  .superRefine(({ egress, egresses }, context) => {
    if (egress === undefined || egresses.includes(egress)) return;
    const message = `is not one of worker.egresses (${egresses.length === 0 ? 'which names none' : egresses.join(', ')})`;
    context.addIssue({ code: 'custom', path: ['egress'], message });
  });

const sweep = z.strictObject({
  every: duration({ shortest: 1000 })
    .prefault('5m')
    .describe("How often each studio's task listing is compared with what runs here."),
  alarmAfter: duration({ shortest: 1000 })
    .optional()
    .describe('How long a listing may go unread before an alarm; absent means six times `every`.'),
});

const logging = z.strictObject({
  level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .prefault('info')
    .describe('The least important messages that are still logged.'),
});

const studiosSchema = z
  .record(
    z.string(),
    studioSchema
      .superRefine(checkOperatorsAllowed, RUN_DESPITE_ISSUES)
      .superRefine(checkPresetsAllowed, RUN_DESPITE_ISSUES)
      .describe('One Creative Force customer.'),
  )
  .superRefine((written: unknown, context) => {
    const names = isObject(written) ? Object.keys(written) : [''];
    if (names.length === 0) context.addIssue({ code: 'custom', message: 'names no studio; add at least one' });
    for (const name of names.filter((each) => each !== '' && !NAME.test(each))) {
      const message = 'is not a studio name; use 1 to 40 of a–z, 0–9 and -, not starting with -';
      context.addIssue({ code: 'custom', path: [name], message, params: { isAboutKey: true } });
    }
  }, RUN_DESPITE_ISSUES)
  .meta({ propertyNames: { title: 'studio', pattern: NAME.source } });

/** The definition of `extpost.yaml`: types, checks, defaults, JSON Schema and reference are derived from it. */
export const configSchema = z
  .strictObject({
    temporal: temporal
      .prefault({})
      .describe('The Temporal server; keys and certificates come from `TEMPORAL_*` or a profile.'),
    receiver: receiverSchema.prefault({}).describe('The webhook receiver: `POST /webhooks/creative-force/<studio>`.'),
    board: boardSchema.prefault({}).describe('The board: web pages that show the tasks.'),
    worker: worker.prefault({}).describe('The process that runs workflows and activities.'),
    storage: storageSchema
      .prefault({})
      .describe(
        'What all workers must reach, by the name of what it is: `audit`, `payloads`, `inputs`, `pictures`, `uploads`. Without folder and s3 it is the folder .extpost: for the workers of one host. Those of several hosts need a bucket; with folders a second host is refused.',
      ),
    audit: auditSchema.prefault({}).describe('The record of what was delivered, one chain of lines per studio.'),
    sweep: sweep.prefault({}).describe('The search for tasks whose webhook was lost.'),
    telemetry: telemetrySchema
      .prefault({})
      .describe('Traces for OpenTelemetry; metrics are set at receiver and worker.'),
    logging: logging.prefault({}).describe('The log of all processes.'),
    studios: studiosSchema.describe('The Creative Force customers, each under a name that you choose.'),
  })
  .meta({ title: 'extpost.yaml', description: 'Configuration of extpost.' });

/** The configuration as it is written, with defaults filled in. */
export type WrittenConfig = z.output<typeof configSchema>;
