import { z } from 'zod';

import { duration, durationText } from './duration';
import { recipe } from './recipe-schema';
import { address, EVEN_IF_FAULTY, guid, isGroup, secret, text } from './values';

const growth = () => z.number().min(1).max(10);

/** Checks that waits grow: each must not be longer than the one named after it. Milliseconds. */
function inOrder(waits: Readonly<Record<string, number>>, context: z.core.$RefinementCtx): void {
  const named = Object.entries(waits);
  named.forEach(([key, wait], index) => {
    const [next, limit] = named[index + 1] ?? [key, wait];
    if (wait <= limit) return;
    const message = `${durationText(wait)} is longer than ${next} (${durationText(limit)}); change one of them`;
    context.addIssue({ code: 'custom', path: [key], message, params: { isSentence: true } });
  });
}

const assetKnown = z
  .strictObject({
    first: duration().prefault('5s').describe('The first wait.'),
    max: duration().prefault('2m').describe('The longest wait between two tries.'),
    giveUp: duration().prefault('15m').describe('After this long a person is asked.'),
  })
  .superRefine(({ first, max, giveUp }, context) => {
    inOrder({ first, max, giveUp }, context);
  });

const creativeForce = z.strictObject({
  baseUrl: address().prefault('https://gateway.creativeforce.io/v1').describe("Address of Creative Force's gateway."),
  tokenUrl: address()
    .prefault('https://accounts.creativeforce.io/connect/token')
    .describe('Address that gives access tokens.'),
  clientId: text().describe("Id of the studio's gateway application."),
  clientSecret: secret().describe("Secret of the studio's gateway application."),
  vendorId: guid()
    .optional()
    .describe('The postProductionVendorId under which the studio knows you; without it the studio has no sweep.'),
  webhookSecrets: z
    .array(secret())
    .prefault([])
    .describe(
      'Secrets that sign the webhook, several while one is being rotated; none means that no webhook is taken.',
    ),
  signatureMode: z
    .enum(['auto', 'utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64'])
    .prefault('auto')
    .describe(
      "How the webhook is signed: the secret's text or the bytes it says in Base64 as key, then the digest's writing; auto keeps what first fits.",
    ),
  workspaces: z
    .array(guid())
    .min(1)
    .optional()
    .describe(
      "Workspaces (Creative Force's `ClientId`) whose webhooks and listed tasks are acted on; absent means all.",
    ),
  pathSegment: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'is not a path segment; use letters, digits, - and _')
    .prefault('extpost')
    .describe('How the gateway spells External Post in its paths.'),
  physicalFileTypeId: z.int().min(1).max(10).prefault(2).describe('The kind of file that an upload is registered as.'),
  md5Format: z
    .enum(['guid', 'guid-dotnet', 'hex', 'base64'])
    .prefault('guid')
    .describe('How the MD5 of a file is written when an upload address is asked for.'),
  bulkRequest: z
    .enum(['wrapped', 'bare'])
    .prefault('wrapped')
    .describe('How ids are sent to the bulk reads: as `{ "assetIds": […] }` and the like, or as a bare list.'),
  propertyNames: z
    .record(guid().meta({ title: 'guid' }), text().describe('The name by which templates address this property.'))
    .prefault({})
    .describe('Names for custom properties that Creative Force gives by GUID only.'),
  pageSize: z.int().min(1).max(1000).prefault(100).describe('Rows per page of the task listing.'),
  assetKnown: assetKnown
    .prefault({})
    .describe('How long a submit waits while Creative Force does not know an uploaded file yet.'),
  requestTimeout: duration().prefault('30s').describe('How long one request may take.'),
});

const poll = z
  .strictObject({
    first: duration().prefault('2s').describe('The first wait.'),
    factor: growth().prefault(1.5).describe('By what each wait is longer than the one before.'),
    max: duration().prefault('30s').describe('The longest wait between two looks.'),
    deadline: duration().prefault('60m').describe('How long Celtra may take for one round; then a person is asked.'),
  })
  .superRefine(({ first, max, deadline }, context) => {
    inOrder({ first, max, deadline }, context);
  });

const celtra = z.strictObject({
  baseUrl: address().prefault('https://hub.celtra.io/api').describe("Address of Celtra's Export API."),
  applicationId: text().describe('Application ID of the API app (write access ticked).'),
  secretKey: secret().describe('Secret key of the API app.'),
  caller: text().prefault('extpost').describe("The name by which Celtra's support finds these calls."),
  poll: poll.prefault({}).describe('How often extpost looks whether renders are finished.'),
  requestTimeout: duration().prefault('60s').describe('How long one request may take.'),
});

const looks = z
  .strictObject({
    first: duration().prefault('30s').describe('The first wait.'),
    factor: growth().prefault(2).describe('By what each wait is longer than the one before.'),
    max: duration().prefault('6h').describe('The longest wait between two looks.'),
    freshFor: duration({ shortest: 0 })
      .prefault('5m')
      .describe('How old a reading of the task may be before a start, an export or a submit; 0s reads every time.'),
  })
  .superRefine(({ first, max }, context) => {
    inOrder({ first, max }, context);
  });

const recipes = z.array(recipe).superRefine((written: unknown, context) => {
  const names = Array.isArray(written)
    ? written.map((each: unknown) => (isGroup(each) ? each['name'] : undefined))
    : [];
  names.forEach((name, index) => {
    const earlier = names.indexOf(name);
    if (earlier === index || typeof name !== 'string') return;
    const message = `is already the name of recipe ${earlier + 1}; give each recipe a name of its own`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
}, EVEN_IF_FAULTY);

/** Everything about one studio. */
export const studio = z.strictObject({
  creativeForce: creativeForce.describe("The studio's Creative Force account."),
  celtra: celtra.describe('The Celtra account whose designs serve this studio.'),
  brief: z
    .strictObject({
      inputAssets: z
        .enum(['always', 'when mentioned'])
        .prefault('when mentioned')
        .describe('Whether the input pictures are read for every task or only when a recipe mentions them.'),
    })
    .prefault({})
    .describe('What is read of a task.'),
  preflight: z
    .strictObject({
      onMismatch: z
        .enum(['block', 'warn'])
        .prefault('block')
        .describe('What happens to a render that is not as its output spec asks: ask a person, or deliver and say so.'),
    })
    .prefault({})
    .describe('The check of renders before they are delivered.'),
  looks: looks.prefault({}).describe('How often a waiting task is looked at.'),
  reviewWindow: duration().prefault('14d').describe('How long a task is watched for a rejection after its submit.'),
  recipes: recipes.describe(
    'Which Celtra outputs answer which expected outputs; the first recipe whose when holds is taken.',
  ),
});
