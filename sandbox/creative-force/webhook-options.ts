import { z } from 'zod';
import { studioName } from '../studio-name';

const count = z.number().int().min(0);
const nothing = z.enum(['byTask', 'null', 'zero', 'absent', 'empty']);

/**
 * The four ways to sign (docs/reference/creative-force.md#signature): how the secret becomes the key, then how the
 * digest is written.
 */
export const signatureMode = z.enum(['utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64']);
export type SignatureMode = z.infer<typeof signatureMode>;

/**
 * How the Creative Force stand-in sends webhooks. Durations are milliseconds. Only events count down, not their
 * retries.
 */
export const webhookSettings = z.strictObject({
  retryDelaysMs: z.array(z.number().min(0)).min(1).describe('waits between attempts; the last one repeats'),
  attempts: z.number().int().min(1).describe('attempts of one event, the first counted too'),
  timeoutMs: z.number().min(1).describe('how long the receiver may take to answer'),
  honourRetryAfter: z.boolean().describe('wait as `Retry-After` of the receiver asks instead of the next wait'),
  signatureModes: z.partialRecord(studioName, signatureMode).describe('default: `utf8-hex`'),
  signaturePrefix: z.boolean().describe('write `sha256=` before the signature'),
  secrets: z
    .partialRecord(studioName, z.string().min(1))
    .describe('a newer secret than the one handed out at the start; it signs from now on'),
  loseNext: count.describe('this many of the next events are never sent; counts down'),
  duplicateNext: count.describe('this many of the next events are sent again with the same `PayloadId`; counts down'),
  duplicateAfterMs: z.number().min(0).describe('from an event to its duplicate'),
  duplicateTimes: z.number().int().min(1).describe('how often such an event is repeated'),
  delayNext: count.describe('this many of the next events are sent late; counts down'),
  delayMs: z.number().min(0).describe('how late'),
  reverseNext: count.describe('this many of the next events are held, then sent newest first; counts down'),
  burstNext: count.describe('this many of the next events are held, then sent all at once; counts down'),
  holdAtMostMs: z.number().min(0).describe('how long events are held for want of further ones'),
  eventsPerReset: z.number().int().min(1).describe('events of one reset, stamped with the same instant'),
  editorialDeliverableId: z
    .enum(['byTask', 'array', 'string', 'null', 'absent'])
    .describe('`EditorialDeliverableId` of editorial events; `byTask`: array, one task in four as text'),
  otherFlavourIds: nothing.describe(
    'ids of the other flavour (editorial: `JobId`, `ProductId`); `byTask`: all in turn',
  ),
  guidCase: z
    .enum(['lower', 'upper', 'mixed', 'byEvent'])
    .describe('letter case of GUIDs in events; `byEvent`: each takes one'),
  contentCreationTypeIds: z
    .array(z.enum(['number', 'text', 'null', 'absent']))
    .min(1)
    .describe('how `ContentCreationTypeId` is written; each task takes one'),
  laterEvents: z
    .array(z.enum(['sent', 'lost']))
    .min(1)
    .describe('whether the event of a rejection or a reset is sent; each task takes one'),
  unknownKeys: z.boolean().describe('keys of related events, and unknown keys'),
  headers: z.record(z.string(), z.string()).describe('further headers of every event'),
});

export type WebhookOptions = z.infer<typeof webhookSettings>;

export const webhookDefaults: WebhookOptions = {
  retryDelaysMs: [1_000, 2_000, 4_000, 8_000, 15_000],
  attempts: 20,
  timeoutMs: 10_000,
  honourRetryAfter: true,
  signatureModes: {},
  signaturePrefix: false,
  secrets: {},
  loseNext: 0,
  duplicateNext: 0,
  duplicateAfterMs: 1_500,
  duplicateTimes: 1,
  delayNext: 0,
  delayMs: 5_000,
  reverseNext: 0,
  burstNext: 0,
  holdAtMostMs: 2_000,
  eventsPerReset: 1,
  editorialDeliverableId: 'byTask',
  otherFlavourIds: 'byTask',
  guidCase: 'lower',
  contentCreationTypeIds: ['number'],
  laterEvents: ['sent'],
  unknownKeys: true,
  headers: {},
};
