import { z } from 'zod';

import { DEFAULT_INPUT_FOLDER, DEFAULT_INPUT_NAME } from '../../domain/inputs/input-names';
import { templateSchema } from '../recipe/filter-schema';
import { duration } from '../shared/duration';
import { address, RUN_DESPITE_ISSUES, isObject, secret, nonEmptyText, flag, strongSecret } from '../shared/values';

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^[^/\\\s.][^\\\s]*[^/\\\s]$|^[^/\\\s.]$/;

const s3 = z
  .strictObject({
    bucket: z
      .string()
      .regex(BUCKET, 'is not a bucket name; it has 3 to 63 of a–z, 0–9, - and .')
      .describe('The bucket; it must exist.'),
    prefix: z
      .string()
      .regex(PREFIX, 'must not begin or end with a slash; write it like extpost/audit')
      .optional()
      .describe('Prefix of every key, without a slash at its end.'),
    endpoint: address().optional().describe("Address of the store; absent means Amazon's own."),
    region: nonEmptyText()
      .optional()
      .describe("The bucket's region; absent means that of the environment, or us-east-1."),
    forcePathStyle: flag(false).describe(
      "Whether the bucket is in the path of addresses, not in the host's name, as with MinIO.",
    ),
    accessKeyId: nonEmptyText().optional().describe("Access key; absent means the AWS SDK's default credentials."),
    secretAccessKey: secret().optional().describe('Secret of accessKeyId.'),
    sessionToken: secret().optional().describe('Session token of temporary credentials.'),
  })
  .superRefine((written: unknown, context) => {
    if (!isObject(written)) return;
    if ((written['accessKeyId'] === undefined) === (written['secretAccessKey'] === undefined)) return;
    context.addIssue({ code: 'custom', message: 'accessKeyId and secretAccessKey go together; set both or none' });
  }, RUN_DESPITE_ISSUES);

const storeFields = {
  folder: nonEmptyText().optional().describe('A folder of this computer, or one that all workers share.'),
  s3: s3.optional().describe('A bucket of Amazon S3 or of a compatible store.'),
};

/** An object store: either a folder or an S3 bucket. This is checked even if something inside is invalid. */
export const storeSchema = () =>
  z.strictObject(storeFields).superRefine((written: unknown, context) => {
    if (!isObject(written)) return;
    if ((written['folder'] === undefined) !== (written['s3'] === undefined)) return;
    context.addIssue({ code: 'custom', message: 'must name either folder or s3' });
  }, RUN_DESPITE_ISSUES);

/** A folder or a bucket. */
export type StoreSetting = z.output<ReturnType<typeof storeSchema>>;

/** Where everything lies that all workers must reach. */
export const storageSchema = z
  .strictObject({
    ...storeFields,
    keep: duration({ shortest: 86_400_000 })
      .prefault('180d')
      .describe(
        'How long large payloads, small pictures and uploaded files are kept: longer than any task runs. A folder is cleared by the workers, a bucket by a lifecycle rule of yours; of the audit nothing is removed.',
      ),
    pictures: flag(true).describe(
      'Whether workers keep small pictures of inputs, creatives and delivered files, for the board.',
    ),
  })
  .superRefine((written: unknown, context) => {
    if (!isObject(written) || written['folder'] === undefined || written['s3'] === undefined) return;
    context.addIssue({ code: 'custom', message: 'must name either folder or s3' });
  }, RUN_DESPITE_ISSUES);

/** The audit log (docs/audit.md). */
export const auditSchema = z.strictObject({
  enabled: flag(true).describe('Whether every delivery is recorded.'),
  keys: z
    .array(strongSecret())
    .prefault([])
    .describe(
      'Secrets by which lines are sealed (HMAC): the first for new lines, the others for older ones. None: whoever can write there can change lines unnoticed.',
    ),
  anchors: z
    .strictObject({
      url: address().describe('Address to which `extpost audit anchor --post` sends the last line of each studio.'),
      bearer: secret().optional().describe('Sent as `Authorization: Bearer …`.'),
    })
    .optional()
    .describe('Where the end of each chain is noted, out of reach of whoever can write to the audit.'),
  store: storeSchema().optional().describe('Another place than `audit` in the storage. extpost deletes nothing there.'),
});

export const inputsSchema = z.strictObject({
  saveTo: storeSchema()
    .optional()
    .describe(
      'Where the pictures and the brief of each new task are saved, for designers; absent means `inputs` in the storage.',
    ),
  folder: templateSchema('input folder')
    .prefault(DEFAULT_INPUT_FOLDER)
    .describe('Liquid template: the folder of a task there.'),
  name: templateSchema('input name')
    .prefault(DEFAULT_INPUT_NAME)
    .describe('Liquid template: the name of each file in its folder, without extension.'),
});
