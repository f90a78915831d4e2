import { z } from 'zod';

import { duration, growthFactor, ascending } from '../shared/duration';
import { address, secret, nonEmptyText, choice, flag, timeZone, wholeNumber } from '../shared/values';

const times = () => z.int().min(0).max(100);

const poll = z
  .strictObject({
    first: duration().prefault('2s').describe('The first wait.'),
    factor: growthFactor().prefault(1.5).describe('By what factor each wait is longer than the one before.'),
    max: duration().prefault('30s').describe('The longest wait between two polls.'),
    deadline: duration()
      .prefault('60m')
      .describe('How long Celtra may take for one round; then the task needs attention.'),
  })
  .superRefine(ascending('first', 'max', 'deadline'));

const renders = z.strictObject({
  erroredAgain: times().prefault(2).describe('How often a failed render is requested again.'),
  finalErrors: z
    .array(nonEmptyText())
    .prefault(['Creative content is empty'])
    .describe("Celtra's texts of permanent failures; then the task needs attention at once."),
  missingAnswers: times()
    .prefault(3)
    .describe('How many answers in a row an output may be missing from before extpost searches for it again.'),
  emptyAnswers: times()
    .prefault(3)
    .describe('How many empty answers are accepted before the task needs attention; 0 accepts none.'),
  onDesignChange: choice(['ask', 'restart']).describe(
    'When outputs disappear because their design was changed: ask an operator, or restart with the new version.',
  ),
  pinVersion: flag(true).describe(
    'Whether polls name the version of the design that was seen first, so that all files have the same one.',
  ),
  outputsPerRequest: wholeNumber(100, { min: 1, max: 1000 }).describe('How many outputs one poll requests.'),
});

const authentication = z.discriminatedUnion(
  'method',
  [
    z.strictObject({ method: z.literal('basic').describe('applicationId and secretKey with every request.') }),
    z.strictObject({
      method: z.literal('oauth').describe('applicationId and secretKey are exchanged for a bearer token.'),
      tokenUrl: address().describe('Token endpoint; Celtra publishes none, ask its support.'),
      scope: nonEmptyText().optional().describe("Scope of the token, as Celtra's support says."),
      audience: nonEmptyText().optional().describe('Audience of the token, if Celtra asks for it.'),
      credentialsIn: choice(['form', 'header']).describe(
        'Where the token endpoint expects applicationId and secretKey: in the form, or in a Basic header.',
      ),
    }),
  ],
  { error: 'is not a way to log in; method is basic or oauth' },
);

export const celtraSchema = z.strictObject({
  baseUrl: address().prefault('https://hub.celtra.io/api').describe("Address of Celtra's Export API."),
  applicationId: nonEmptyText().describe('Application ID of the API app (write access ticked).'),
  secretKey: secret().describe('Secret key of the API app.'),
  authentication: authentication
    .prefault({ method: 'basic' })
    .describe('How extpost authenticates to Celtra: basic, as its help page says, or oauth.'),
  caller: nonEmptyText().prefault('extpost').describe("The name by which Celtra's support finds these calls."),
  poll: poll.prefault({}).describe('How often extpost polls renders.'),
  renders: renders.prefault({}).describe('What happens when a render fails, or an output goes missing.'),
  maxParallelRequests: wholeNumber(16, { min: 1, max: 100 }).describe(
    'Requests to this account at the same time, at most. A worker begins with two and finds out how many Celtra takes.',
  ),
  requestTimeout: duration().prefault('60s').describe('How long one request may take.'),
  fileTimeout: duration()
    .prefault('10m')
    .describe('How long extpost waits for the first or next byte of an archive or a table of `extpost celtra export`.'),
  timeZone: timeZone().describe(
    "The zone of Celtra's time stamps, which carry none; an instant in a filter is turned into it.",
  ),
  undocumentedOperators: flag(false).describe(
    "Whether filters may use neq, in and nin, which are in Celtra's types but not in its help pages.",
  ),
  extraAssetFormats: z
    .array(nonEmptyText())
    .prefault([])
    .describe(
      "Values of asset formats that are not in Celtra's help pages but may be sent: ad servers and video presets.",
    ),
  subFolders: flag(false).describe(
    'Whether a filter on folder.id may return outputs of its sub-folders; else such an answer is an error.',
  ),
  outputFilters: choice(['top level', 'under designFile']).describe(
    "Where filters on output are sent: as in Celtra's examples, or as in its types.",
  ),
  tableWithAssets: choice(['paths', 'assets']).describe(
    "The responseFormat for a table with its files: Celtra's pages use both words.",
  ),
});
