import { z } from 'zod';
import { duration } from '../latency';
import { celtraFault } from './fault-kinds';

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;
const count = z.number().int().min(0);
const accepting = z.enum(['accepted', 'refused']);

/**
 * Every setting of the Celtra stand-in (docs/reference/celtra.md#stand-in). Durations are milliseconds unless the name
 * says otherwise.
 */
const settings = {
  // Rendering
  /** In how many answers an asset is still pending: 2 means that it is finished in the third poll. */
  rendersTakePolls: count,
  /** The same for one type of asset. */
  rendersTakePollsByType: z.strictObject({
    Image: count.optional(),
    Video: count.optional(),
    HTML: count.optional(),
    File: count.optional(),
  }),
  /** How long an asset is pending at least, from the first answer that names it. */
  rendersTakeMs: duration,
  /**
   * The field that holds an asset's error text (docs/reference/celtra.md#asset-errors); `mixed`: one of the two, by
   * output.
   */
  errorField: z.enum(['error', 'errorMessage', 'both', 'mixed']),
  /** `flat`: cheap pictures of the right format and size, different for every output and version, for load tests. */
  pictures: z.enum(['drawn', 'flat']),
  /**
   * Pads every image and video to this many bytes, as its format allows; a larger file stays as it is.
   */
  fileBytes: count.nullable(),
  /** What a finished HTML asset is. */
  htmlFiles: z.enum(['zip', 'html']),

  // Responses
  successStatus: z.number().int().min(200).max(299),
  /** Status of a response in which something is pending. */
  pendingStatus: z.number().int().min(200).max(299),
  /** Requests in any window of `seconds`; the rest get 429. `null`: no limit. */
  rateLimit: z
    .strictObject({
      requests: z.number().int().min(1),
      seconds: z.number().positive(),
      retryAfterSeconds: z.number().min(0).optional(),
    })
    .nullable(),
  /**
   * What an account gets that has more than `limit` requests under way: a refusal, or answers that take as many times
   * longer (`latency.celtra`) as the limit is exceeded. `null`: no limit.
   */
  parallelRequests: z
    .strictObject({
      limit: z.number().int().min(1),
      above: z.union([z.literal(429), z.literal(503), z.literal('slow')]),
      retryAfterSeconds: z.number().min(0).optional(),
    })
    .nullable(),
  /**
   * `mixed`: some outputs have null or missing fields, as in the documented examples
   * (docs/reference/celtra.md#optional-fields); `full`: every documented field.
   */
  fixtures: z.enum(['mixed', 'full']),
  /** Adds undocumented fields to every object. */
  extraFields: z.boolean(),
  /** `nested`: `contentDimensionsByName` with one more level (docs/reference/celtra.md#nested-names). */
  contentDimensionsShape: z.enum(['flat', 'nested']),
  order: z.enum(['stable', 'shuffled']),
  /** JSON Lines end with a newline. */
  finalNewline: z.boolean(),
  /** The zone in which zone-less timestamps are written and read. */
  timeZoneOffsetMinutes: z.number().int().min(-840).max(840),
  /** Content type of error responses. */
  refusalBody: z.enum(['json', 'text']),
  archivesWhilePending: z.enum(['omit', 'wait', 'refuse']),
  /** Columns of a TSV, in this order; all of them are invented. */
  tsvColumns: z
    .array(
      z.enum([
        'output_id',
        'output_name',
        'status',
        'asset',
        'type',
        'width',
        'height',
        'extension',
        'asset_link',
        'text',
      ]),
    )
    .min(1),

  // Accepted requests
  authentication: z.enum(['basic', 'bearer', 'either']),
  bearerLifetimeSeconds: z.number().positive(),
  unauthorized: z.strictObject({
    status: z.union([z.literal(401), z.literal(403)]),
    body: z.enum(['text', 'json', 'empty']),
    challenge: z.boolean(),
  }),
  /** Studios whose app lacks Write Access: every export is refused. */
  readOnlyApps: z.array(z.enum(['acme', 'nordlicht'])),
  /** What a POST with an `Origin` header gets. */
  origin: accepting,
  /** Rejects unknown and undocumented fields with 400 instead of recording them. */
  strict: z.boolean(),
  trailingCommas: accepting,
  outputUnderDesignFile: accepting,
  bareLeaves: accepting,
  /** `neq`, `in` and `nin`. */
  typedOperators: accepting,
  /** A filter on `output.status` or `output.previewUrl`; `ignored`: as if it had not been sent. */
  unfilterablePaths: z.enum(['refused', 'ignored']),
  /** An empty list of accepted values. */
  emptyLeaf: z.enum(['refused', 'matches nothing', 'matches all']),
  /** Response for an unknown account, folder or design file: `[]`, or this status. */
  unknownId: z.union([z.literal('empty'), z.literal(400), z.literal(403), z.literal(404)]),
  /** A pinned version that is no longer the newest. */
  oldVersions: z.enum(['work', 'empty', 'refused']),

  // Asset host
  urlLifetimeMs: z.number().int(),
  /** Added to the clock by which addresses expire. */
  clockAheadMs: z.number().int(),
  expiredStatus: z.union([z.literal(403), z.literal(404), z.literal(410)]),
  /** `stable`: a later response repeats the same address with a new lifetime. */
  addresses: z.enum(['change', 'stable']),
  ranges: z.boolean(),
  /** `change`: a new one with every response, so that `If-Range` never matches. */
  etags: z.enum(['stable', 'change', 'none']),
  contentLength: z.boolean(),

  /** Injected faults; several may apply at once. */
  faults: z.array(celtraFault),
};

/** What `PATCH /settings` may carry under `celtra`: any of the settings, nothing else. */
export const celtraSettings = z.strictObject(settings).partial();

/** Behaviour of the Celtra stand-in; read again for each response. */
export type CeltraOptions = Readonly<z.infer<z.ZodObject<typeof settings>>>;

/** The defaults of docs/reference/celtra.md#stand-in; where it has none, the likeliest reading of its sections. */
export const celtraDefaults: CeltraOptions = {
  rendersTakePolls: 2,
  rendersTakePollsByType: {},
  rendersTakeMs: 0,
  errorField: 'error',
  pictures: 'drawn',
  fileBytes: null,
  htmlFiles: 'zip',
  successStatus: 200,
  pendingStatus: 200,
  rateLimit: null,
  parallelRequests: null,
  fixtures: 'mixed',
  extraFields: true,
  contentDimensionsShape: 'flat',
  order: 'stable',
  finalNewline: true,
  timeZoneOffsetMinutes: 0,
  refusalBody: 'json',
  archivesWhilePending: 'omit',
  tsvColumns: [
    'output_id',
    'output_name',
    'status',
    'asset',
    'type',
    'width',
    'height',
    'extension',
    'asset_link',
    'text',
  ],
  authentication: 'basic',
  bearerLifetimeSeconds: 3_600,
  unauthorized: { status: 401, body: 'text', challenge: true },
  readOnlyApps: [],
  origin: 'refused',
  strict: false,
  trailingCommas: 'refused',
  outputUnderDesignFile: 'accepted',
  bareLeaves: 'accepted',
  typedOperators: 'accepted',
  unfilterablePaths: 'refused',
  emptyLeaf: 'refused',
  unknownId: 'empty',
  oldVersions: 'work',
  urlLifetimeMs: THIRTY_DAYS_MS,
  clockAheadMs: 0,
  expiredStatus: 403,
  addresses: 'change',
  ranges: true,
  etags: 'stable',
  contentLength: true,
  faults: [],
};
