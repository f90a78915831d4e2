import { z } from 'zod';
import { studioName } from '../studio-name';
import { rolePermission } from './endpoints';

const count = z.number().int().min(0);
const atLeastOne = z.number().int().min(1);
const gone = z.literal([400, 403, 404, 410, 200]);
/** The states of a task. */
const taskState = z.enum(['not ready', 'to do', 'in progress', 'submitted', 'rejected', 'done', 'bypassed', 'deleted']);
export type TaskState = z.infer<typeof taskState>;
const status = z.strictObject({ id: z.number().int(), name: z.string() });
/**
 * How a rejection is told: flags on outputs and shots with status To Do, flags on one of them only, a status that says
 * so and no flag, a new annotation and nothing else, or the event and nothing else.
 */
const rejectionForm = z.enum(['flags', 'output flags', 'shot flags', 'status', 'note', 'event']);
export type RejectionForm = z.infer<typeof rejectionForm>;
const markingForm = z.enum(['fractions', 'percent', 'pixels', 'boxes', 'svg']);
export type MarkingForm = z.infer<typeof markingForm>;
const keys = z.enum(['all', 'few']);

/**
 * How the stand-in for Creative Force's gateway behaves (docs/reference/creative-force.md#stand-in). Durations are
 * milliseconds unless the name says otherwise.
 */
export const creativeForceSettings = z.strictObject({
  tokenLifetimeSeconds: z.number().min(0).describe('how long an access token lives'),
  scopeCheck: z.boolean().describe('refuse a token request whose scope lacks `cfgateway`'),
  refreshTokenLifetimeSeconds: z.number().min(0).describe('how long a refresh token lives'),
  rotateRefreshTokens: z.boolean().describe('every refresh hands out a new refresh token, and the old one is refused'),
  refreshTokenNeedsOfflineAccess: z
    .boolean()
    .describe('a refresh token comes only when the scope has `offline_access`'),
  codeLifetimeSeconds: z.number().min(0).describe('how long an authorization code lives'),
  requirePkce: z.boolean().describe('refuse an authorization without an S256 code challenge'),
  autoConsent: z.boolean().describe('grant an authorization at once instead of showing the consent page'),
  redirectUris: z
    .partialRecord(studioName, z.array(z.url()))
    .describe('redirect addresses that a studio has registered for its app, each matched exactly'),
  allowLoopbackRedirects: z
    .boolean()
    .describe('let redirect addresses name `localhost` and `127.0.0.1`, which Creative Force forbids'),
  withheld: z
    .partialRecord(studioName, z.array(rolePermission))
    .describe('endpoints not ticked in the role: `getAnnotations` (both flavours), `editorial:startTask` (one)'),
  requestsPerSecond: atLeastOne.describe('requests an address may make in any one second, before 429'),
  retryAfterSeconds: z.number().min(0).nullable().describe('`Retry-After` of a 429; null: none'),
  retryAfterAs: z.enum(['seconds', 'date']).describe('how `Retry-After` is written'),
  listingSpelling: z.enum(['extpost', 'expost', 'both']).describe('spellings that the listing answers to'),
  submitSpelling: z.enum(['extpost', 'export', 'both']).describe('spellings that submit answers to'),
  editorialListing: z
    .enum(['shared', 'separate'])
    .describe('editorial tasks are in the one listing, or in `/editorial/extpost/tasks`'),
  listingShape: z
    .enum(['page', 'bare', 'bareWhole'])
    .describe('a page object, a bare array of the page, or a bare array of everything'),
  listingTotals: z.boolean().describe('`totalItemsCount` in the page object'),
  largestPage: atLeastOne.describe('largest `pageSize` of the listing'),
  annotationsShape: z.enum(['bare', 'pageData']).describe('a bare array, or `pageData`'),
  bulkRequest: z.enum(['wrapped', 'bare', 'both']).describe('bodies that the bulk calls take'),
  bulkAnswer: z.enum(['bare', 'pageData']).describe('a bare array, or `pageData`'),
  bulkMaximum: atLeastOne.describe('ids that one bulk call takes'),
  envelope: z.boolean().describe('wrap every answer that succeeds in `{ metadata, data }`'),
  md5Format: z
    .enum(['guid', 'guid-dotnet', 'hex', 'base64', 'any'])
    .describe('how `fileMd5` must be written; `any` does not look'),
  md5Required: z.boolean().describe('refuse a file without `fileMd5` with code 3'),
  presignedLifetimeMs: z.number().min(0).describe('how long a presigned PUT holds'),
  errorFileNames: z
    .array(z.string())
    .describe('file name patterns whose files get no address: they go to `errorFiles`'),
  errorFilesFirst: count.describe('this many of the next files go to `errorFiles`; counts down'),
  errorFileCode: z.number().int().describe('`errorCode` of those'),
  errorCodeAs: z.enum(['number', 'text']).describe('how `errorCode` is written'),
  assetKnownAfterMs: z.number().min(0).describe('from the PUT to the asset being known to submit (code 24 before)'),
  assetAnalysedAfterMs: z.number().min(0).describe('from the PUT to dimensions and profile; 0 and empty before'),
  inputsAnalysed: z.boolean().describe('input assets have dimensions and a profile; false: 0 and empty'),
  unknownKeys: z.boolean().describe('unknown keys in every object of every response'),
  unknownEnumValues: z.boolean().describe('unknown values in open enumerations'),
  guidCase: z
    .enum(['lower', 'upper', 'mixed', 'byCall'])
    .describe('letter case of GUIDs in answers; `byCall`: all three in turn'),
  numericStrings: z
    .union([z.boolean(), z.literal('byCall')])
    .describe('write every number of an answer as text; `byCall`: in every second answer'),
  statuses: z
    .partialRecord(taskState, status)
    .describe('`stepStatusId` and `stepStatusName` of each state; what is not named keeps its default'),
  rejectionForms: z
    .array(rejectionForm)
    .min(1)
    .describe('how a rejection is told; the rejections of the day take them in turn, other tasks by their ids'),
  rejectedStatuses: z
    .array(status)
    .min(1)
    .describe('statuses of a rejection that is told by its status; each task takes one'),
  rejectionNotes: z
    .array(z.enum(['output', 'shot']))
    .min(1)
    .describe('what annotations of a rejection name; each task takes one'),
  markingForms: z
    .array(markingForm)
    .min(1)
    .describe(
      'how markings on a picture are written: points in fractions, percent or pixels, boxes, or an SVG; each task takes one',
    ),
  falseFlags: z
    .array(z.enum(['written', 'omitted']))
    .min(1)
    .describe('whether `isRejected: false` is written; each task takes one'),
  detailKeys: z
    .array(keys)
    .min(1)
    .describe('`few`: the detail lacks what other calls give, such as codes and names; each task takes one'),
  listingKeys: z
    .array(keys)
    .min(1)
    .describe('`few`: the row has the ids of task and workspace and the status only; each task takes one'),
  listingStatusNames: z.boolean().describe('`stepStatusName` in rows of the listing'),
  statusNames: z
    .enum(['byTask', 'always', 'never'])
    .describe('whether `stepStatusName` is there; `byTask`: one task in four lacks it until it is started'),
  goneAnswers: z
    .strictObject({ deleted: z.union([gone, z.literal('byTask')]), bypassed: gone, 'vendor changed': gone })
    .describe(
      'what detail, annotation and start of such a task answer; 200: the task in that state; `byTask`: 400, 404 or 410',
    ),
  startAnswer: z
    .enum(['byTask', 'empty', 'object', 'success'])
    .describe('body of `start`: nothing, `{}`, or `{ statusCode: 1 }`; `byTask`: all three in turn'),
  repeatedStart: z.enum(['accepted', 'refused']).describe('a second `start` in one round'),
  correctionSuperset: z
    .enum(['refused', 'accepted'])
    .describe('a submission of corrections and more after a rejection'),
});

export type CreativeForceOptions = z.infer<typeof creativeForceSettings>;

/** The defaults: the cautious reading of everything that is unknown. */
export const creativeForceDefaults: CreativeForceOptions = {
  tokenLifetimeSeconds: 3_600,
  scopeCheck: true,
  refreshTokenLifetimeSeconds: 30 * 24 * 3_600,
  rotateRefreshTokens: true,
  refreshTokenNeedsOfflineAccess: true,
  codeLifetimeSeconds: 300,
  requirePkce: true,
  autoConsent: false,
  redirectUris: {},
  allowLoopbackRedirects: true,
  withheld: {},
  requestsPerSecond: 20,
  retryAfterSeconds: null,
  retryAfterAs: 'seconds',
  listingSpelling: 'extpost',
  submitSpelling: 'extpost',
  editorialListing: 'shared',
  listingShape: 'page',
  listingTotals: true,
  largestPage: 200,
  annotationsShape: 'bare',
  bulkRequest: 'wrapped',
  bulkAnswer: 'bare',
  bulkMaximum: 50,
  envelope: false,
  md5Format: 'guid',
  md5Required: true,
  presignedLifetimeMs: 15 * 60_000,
  errorFileNames: [],
  errorFilesFirst: 0,
  errorFileCode: 12,
  errorCodeAs: 'number',
  assetKnownAfterMs: 1_000,
  assetAnalysedAfterMs: 5_000,
  inputsAnalysed: true,
  unknownKeys: true,
  unknownEnumValues: true,
  guidCase: 'lower',
  numericStrings: false,
  statuses: {},
  rejectionForms: ['flags'],
  rejectedStatuses: [{ id: 4000, name: 'Rejected' }],
  rejectionNotes: ['output'],
  markingForms: ['fractions'],
  falseFlags: ['written'],
  detailKeys: ['all'],
  listingKeys: ['all'],
  listingStatusNames: false,
  statusNames: 'byTask',
  goneAnswers: { deleted: 400, bypassed: 400, 'vendor changed': 403 },
  startAnswer: 'byTask',
  repeatedStart: 'accepted',
  correctionSuperset: 'refused',
};
