import { z } from 'zod';

import { duration } from './duration';
import { address, secret, text } from './values';
import { growth, inOrder } from './waits';

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

/** The Celtra account of a studio, and how its Export API is spoken to. */
export const celtra = z.strictObject({
  baseUrl: address().prefault('https://hub.celtra.io/api').describe("Address of Celtra's Export API."),
  applicationId: text().describe('Application ID of the API app (write access ticked).'),
  secretKey: secret().describe('Secret key of the API app.'),
  caller: text().prefault('extpost').describe("The name by which Celtra's support finds these calls."),
  poll: poll.prefault({}).describe('How often extpost looks whether renders are finished.'),
  requestTimeout: duration().prefault('60s').describe('How long one request may take.'),
});
