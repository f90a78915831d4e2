import { z } from 'zod';

import { checkGrantComplete, grantSettings } from './creative-force-grant';
import { duration, ascending } from '../shared/duration';
import {
  address,
  RUN_DESPITE_ISSUES,
  entityId,
  guid,
  secret,
  nonEmptyText,
  choice,
  flag,
  wholeNumber,
} from '../shared/values';

const assetKnown = z
  .strictObject({
    first: duration()
      .prefault('2s')
      .describe('The wait after the first refusal; without a refusal nothing is waited for.'),
    max: duration().prefault('2m').describe('The longest wait between two attempts.'),
    giveUp: duration().prefault('15m').describe('After this time the task needs attention.'),
  })
  .superRefine(ascending('first', 'max', 'giveUp'));

const statusNumber = z
  .int()
  .min(0)
  .refine((number) => number !== 2000 && number !== 9000, '2000 is To Do and 9000 is Done for every studio');

const pathSegment = () => z.string().regex(/^[A-Za-z0-9_-]+$/, 'is not a path segment; use letters, digits, - and _');

const taskPath = () => pathTemplate('taskId');

/** A path template relative to `baseUrl`, with the one placeholder that it needs, or none. */
function pathTemplate(placeholder?: string) {
  const needed = placeholder === undefined ? 'no placeholder' : `the placeholder {${placeholder}}`;
  return z
    .string()
    .regex(
      /^(?:\/(?:[A-Za-z0-9._~-]+|\{[A-Za-z]+\}))+$/,
      'is not a path; write it like /export/tasks/{taskId}/submit-assets',
    )
    .refine(
      (path) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).join() === (placeholder ?? ''),
      `must have ${needed} once, and no other`,
    )
    .optional();
}

const paths = z
  .strictObject({
    listing: pathTemplate().describe('The listing of tasks.'),
    task: taskPath().describe('The detail of a task.'),
    annotations: taskPath().describe('Instructions and rejection notes.'),
    start: taskPath().describe('The start of a task.'),
    submit: taskPath().describe('The submission; absent means that export is tried when extpost is answered 404.'),
    assets: pathTemplate().describe('The bulk read of assets.'),
    files: pathTemplate().describe('The bulk read of files.'),
    specs: pathTemplate().describe('The bulk read of output specs.'),
    uploadAddresses: pathTemplate().describe('The request for upload addresses.'),
    job: pathTemplate('jobId').describe('A job of the studio.'),
    product: pathTemplate('productId').describe('A product of the studio.'),
    project: pathTemplate('projectId').describe('An editorial project.'),
    deliverable: pathTemplate('deliverableId').describe('An editorial deliverable.'),
  })
  .describe(
    'Paths of single calls, relative to `baseUrl`, for a gateway that spells one otherwise. Where flavours differ, /editorial is put in front.',
  );

export const creativeForce = z
  .strictObject({
    baseUrl: address().prefault('https://gateway.creativeforce.io/v1').describe("Address of Creative Force's gateway."),
    tokenUrl: address()
      .prefault('https://accounts.creativeforce.io/connect/token')
      .describe('Address that gives access tokens.'),
    ...grantSettings,
    vendorId: entityId()
      .optional()
      .describe('Your postProductionVendorId at the studio; without it the studio has no sweep.'),
    webhookSecrets: z
      .array(secret())
      .prefault([])
      .describe('Secrets that sign the webhook, several during a rotation; none means that no webhook is accepted.'),
    signatureMode: choice(['auto', 'utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64']).describe(
      "How the webhook is signed: the secret's text or its Base64 bytes as key, then the encoding of the digest; auto accepts all four and logs which one is used.",
    ),
    workspaces: z
      .array(entityId())
      .min(1)
      .optional()
      .describe(
        "Workspaces (Creative Force's `ClientId`) whose webhooks and listed tasks are acted on; absent means all.",
      ),
    pathSegment: pathSegment().prefault('extpost').describe('How the gateway spells External Post in its paths.'),
    listingSegment: pathSegment()
      .optional()
      .describe('The same for the listing alone; absent means `pathSegment`, and expost when that is answered 404.'),
    paths: paths.prefault({}),
    editorialListing: flag(false).describe(
      'Whether editorial tasks have a separate listing, which the sweep then reads, too.',
    ),
    physicalFileTypeId: wholeNumber(2, { min: 1, max: 10 }).describe(
      'The kind of file that an upload is registered as.',
    ),
    md5Format: choice(['guid', 'guid-dotnet', 'hex', 'base64']).describe(
      'How the MD5 of a file is written in a request for an upload address.',
    ),
    bulkRequest: choice(['wrapped', 'bare']).describe(
      'How ids are sent to the bulk reads: as `{ "assetIds": […] }` and the like, or as a bare list.',
    ),
    bulkSize: wholeNumber(50, { min: 1, max: 200 }).describe(
      'Most ids in one bulk read, and most files in one request for upload addresses; more are sent in several.',
    ),
    propertyNames: z
      .record(
        guid().meta({ title: 'guid' }),
        nonEmptyText().describe('The name by which templates address this property.'),
      )
      .prefault({})
      .describe('Names for custom properties that Creative Force gives by GUID only.'),
    rejectedStatuses: z
      .array(z.union([statusNumber, nonEmptyText()], { error: 'is neither a status number nor a name' }))
      .prefault([])
      .describe(
        'Statuses of the studio’s own that mean rejected: numbers (`StepStatusId`) or names, beside the names that say so themselves.',
      ),
    pageSize: wholeNumber(100, { min: 1, max: 1000 }).describe('Rows per page of the task listing.'),
    assetKnown: assetKnown
      .prefault({})
      .describe('How long a submission waits while Creative Force has not registered an uploaded file yet.'),
    requestTimeout: duration().prefault('30s').describe('How long one request may take.'),
  })
  .superRefine(checkGrantComplete, RUN_DESPITE_ISSUES);
