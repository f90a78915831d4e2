import { z } from 'zod';

const globs = z.array(z.string().min(1)).min(1);
const count = z.number().int().min(0);

/** The scope of a fault: every given condition must hold. Without conditions it always applies. */
const faultScope = {
  /** Globs on the output's id or name. */
  outputs: globs.optional(),
  /** Globs on the design file's id or name. */
  designs: globs.optional(),
  /** Globs on the asset's key, e.g. `cards.*.image`. */
  assets: globs.optional(),
  /** Globs on the request's `caller`. */
  callers: globs.optional(),
  /** Applies only to this many different targets, the first that match (outputs, assets, designs or endpoints). */
  first: z.number().int().min(1).optional(),
  /** Skips this many matches of each target. */
  after: count.optional(),
  /** Applies to this many matches of each target, then no more. Absent: all. */
  times: z.number().int().min(1).optional(),
  /**
   * Probability from 0 to 1, derived from the sandbox's seed: per target for faults of an asset, otherwise per match.
   */
  chance: z.number().min(0).max(1).optional(),
};
const endpoints = {
  endpoints: z
    .array(z.enum(['export', 'exportToZip', 'exportToTsv']))
    .min(1)
    .optional(),
};

/** Faults of a whole response of `/export`, `/exportToZip` or `/exportToTsv`; a target is an endpoint. */
const responseFaults = [
  z.strictObject({
    kind: z.literal('status'),
    ...faultScope,
    ...endpoints,
    status: z.number().int().min(400).max(599),
    /** Sent as `Retry-After`: seconds, or any text, e.g. an HTTP date. */
    retryAfter: z.union([z.number(), z.string()]).optional(),
    body: z.enum(['json', 'text', 'html', 'empty']).optional(),
  }),
  z.strictObject({ kind: z.literal('html'), ...faultScope, ...endpoints }),
  z.strictObject({ kind: z.literal('slow'), ...faultScope, ...endpoints, milliseconds: count }),
  /** The connection is reset: before a byte is sent, or after a share (0–1) of the body. */
  z.strictObject({
    kind: z.literal('dropped'),
    ...faultScope,
    ...endpoints,
    share: z.number().min(0).max(1).optional(),
  }),
  /** The body ends early although the HTTP response is complete. */
  z.strictObject({
    kind: z.literal('truncated'),
    ...faultScope,
    ...endpoints,
    share: z.number().min(0).max(1).optional(),
  }),
  z.strictObject({
    kind: z.literal('wrong content type'),
    ...faultScope,
    ...endpoints,
    contentType: z.string().optional(),
  }),
  /** JSON where JSON Lines were requested, and vice versa. */
  z.strictObject({ kind: z.literal('other notation'), ...faultScope }),
  /** `{ "outputs": […] }` where a bare array is promised. */
  z.strictObject({ kind: z.literal('envelope'), ...faultScope }),
  /** The filters under `output`, or those of these paths, count as if they had not been sent. */
  z.strictObject({
    kind: z.literal('ignored filter'),
    ...faultScope,
    ...endpoints,
    paths: z.array(z.string()).min(1).optional(),
  }),
  /** A new version of a design is saved between two responses; a target is a design. Absent `times` means once. */
  z.strictObject({
    kind: z.literal('edit'),
    ...faultScope,
    newOutputIds: z.boolean().optional(),
    /** Which outputs look different afterwards: globs on id or name. Absent: all. */
    changed: globs.optional(),
    /** Which are no longer there. */
    removed: globs.optional(),
  }),
] as const;

/** Faults inside a response; a target is an asset, or an output for `vanishes`. */
const assetFaults = [
  /** Pending, for ever or for `times` more responses. */
  z.strictObject({ kind: z.literal('stuck'), ...faultScope }),
  /** Failed after rendering: for ever, or in `times` responses and then finished. */
  z.strictObject({
    kind: z.literal('error'),
    ...faultScope,
    message: z.string().optional(),
    /** Another asset of the same output stays pending, so that the output itself says `pending`. */
    behindPending: z.boolean().optional(),
  }),
  /** The output is missing from responses. */
  z.strictObject({ kind: z.literal('vanishes'), ...faultScope }),
  /** The response describes the file wrongly. */
  z.strictObject({
    kind: z.literal('wrong metadata'),
    ...faultScope,
    extension: z.string().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    /** `null`: finished without an address. */
    url: z.union([z.string(), z.null()]).optional(),
  }),
] as const;

/** Faults of the asset host; a target is an asset. */
const fileFaults = [
  z.strictObject({
    kind: z.literal('file status'),
    ...faultScope,
    status: z.number().int().min(400).max(599),
    retryAfter: z.number().optional(),
  }),
  /** As if the address had expired: `expiredStatus`. */
  z.strictObject({ kind: z.literal('expired'), ...faultScope }),
  z.strictObject({ kind: z.literal('slow file'), ...faultScope, milliseconds: count }),
  z.strictObject({ kind: z.literal('drip'), ...faultScope, bytesPerSecond: z.number().int().min(1) }),
  /** `Content-Length` is wrong by so many bytes; the bytes are all there, and no more. */
  z.strictObject({ kind: z.literal('wrong length'), ...faultScope, by: z.number().int() }),
  /** The file ends after this share (0–1) of its bytes, and `Content-Length` says so, too. Absent: 0.5. */
  z.strictObject({ kind: z.literal('cut file'), ...faultScope, share: z.number().min(0).max(1).optional() }),
  /** The connection is reset after this share (0–1) of the bytes. Absent: 0.99. */
  z.strictObject({ kind: z.literal('reset'), ...faultScope, share: z.number().min(0).max(1).optional() }),
  /** `Content-Encoding: gzip`, asked for or not. */
  z.strictObject({ kind: z.literal('gzip'), ...faultScope }),
  z.strictObject({ kind: z.literal('no bytes'), ...faultScope }),
  /** An HTML page with status 200 where a file is promised. */
  z.strictObject({ kind: z.literal('page'), ...faultScope }),
  /**
   * `here`: to the same file, which then comes; `loop`: for ever; `private`: to 10.0.0.1; `metadata`: to
   * 169.254.169.254; or any address.
   */
  z.strictObject({
    kind: z.literal('redirect'),
    ...faultScope,
    to: z.string().min(1),
    status: z.number().int().min(300).max(399).optional(),
  }),
  /** A picture other than the promised one: in another format, or of another pixel size. */
  z.strictObject({
    kind: z.literal('wrong file'),
    ...faultScope,
    format: z.enum(['png', 'jpeg', 'tiff', 'webp']).optional(),
    width: z.number().int().min(1).optional(),
    height: z.number().int().min(1).optional(),
  }),
] as const;

/** One fault of the Celtra stand-in, with its scope. */
export const celtraFault = z.discriminatedUnion('kind', [...responseFaults, ...assetFaults, ...fileFaults]);

export type CeltraFault = z.infer<typeof celtraFault>;
export type FaultOf<Kind extends CeltraFault['kind']> = Extract<CeltraFault, { readonly kind: Kind }>;
