import { z } from 'zod';
import { studioName } from '../studio-name';
import { gatewayEndpoints } from './endpoints';

/** Calls that can be made to fail: gateway endpoints, token calls and the object store. */
export const faultPoints = [...gatewayEndpoints, 'token', 'revocation', 'putFile', 'getFile'] as const;
export type FaultPoint = (typeof faultPoints)[number];

/** How a call fails. Those after `slow` apply after the call was carried out. */
const faultAnswers = [
  'errorList',
  'problemDetails',
  'statusCode',
  'empty',
  'html',
  'body',
  'notJson',
  'hang',
  'reset',
  'slow',
  'answerLost',
  'cutJson',
  'cutConnection',
  'damaged',
] as const;

/** A forced fault: which calls it applies to, how often, and what they get instead of their response. */
export const faultShape = z.strictObject({
  endpoint: z.enum([...faultPoints, 'any']),
  flavour: z.enum(['ecom', 'editorial']).optional(),
  studio: studioName.optional(),
  taskId: z.guid().toLowerCase().optional(),
  /** Of `putFile` and `getFile`: globs on the file's name. */
  files: z.array(z.string().min(1)).min(1).optional(),
  /** Number of calls that pass first. */
  skip: z.number().int().min(0).default(0),
  times: z.union([z.number().int().min(1), z.literal('always')]).default(1),
  answer: z.enum(faultAnswers),
  /** HTTP status; each answer has its own default. */
  status: z.number().int().min(200).max(599).optional(),
  /** Of an error list (`GEN-1`) or of shape C (24). */
  code: z.union([z.string(), z.number().int()]).optional(),
  message: z.string().optional(),
  /** Sent as `Retry-After`, as it stands: seconds or an HTTP date. */
  retryAfter: z.string().optional(),
  delayMs: z.number().min(0).optional(),
  /** Of a `reset` of `putFile`: this share (0–1) of the body is read before. Absent: none. */
  share: z.number().min(0).max(1).optional(),
  /** Of `body`: text as it stands, anything else as JSON. */
  body: z.unknown().optional(),
  contentType: z.string().optional(),
});

export type Fault = z.infer<typeof faultShape>;
/** A fault as a caller writes it, without defaults. */
export type FaultRequest = z.input<typeof faultShape>;
