import { z } from 'zod';

import { address, nonEmptyText, port, proxyAddress, RUN_DESPITE_ISSUES, wholeNumber } from '../shared/values';
import { boardLoginSchema, checkLoginComplete } from './board-login-schema';

export const boardSchema = z
  .strictObject({
    host: nonEmptyText()
      .prefault('127.0.0.1')
      .describe('Network address on which the board is served. Without `login` it must be a loopback address.'),
    port: port().prefault(8180).describe('Port on which the board is served; 0 lets the system choose.'),
    publicUrl: address()
      .optional()
      .describe(
        'Address under which people open the board, such as `https://board.example.com`; absent means that nothing links to it.',
      ),
    trustedProxies: z
      .array(proxyAddress())
      .prefault([])
      .describe(
        'Addresses or subnets (`10.0.0.0/8`) of the proxies in front of the board, whose headers are believed.',
      ),
    maxUploadBytes: wholeNumber(500_000_000, { min: 1 }).describe(
      'Largest file in bytes that can be uploaded to be delivered; no larger than `worker.spool.maxBytes`.',
    ),
    login: boardLoginSchema
      .optional()
      .describe(
        'How people log in, one way of three; absent: a board for this computer only, with a new link for each start.',
      ),
  })
  .superRefine(checkLoginComplete, RUN_DESPITE_ISSUES);
