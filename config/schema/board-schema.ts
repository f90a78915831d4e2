import { z } from 'zod';

import { address, nonEmptyText, port } from '../shared/values';

export const boardSchema = z.strictObject({
  host: nonEmptyText()
    .prefault('127.0.0.1')
    .describe('Network address on which the board is served. Without a log-in it must be a loopback address.'),
  port: port().prefault(8180).describe('Port on which the board is served; 0 lets the system choose.'),
  publicUrl: address()
    .optional()
    .describe(
      'Address under which people open the board, such as `https://board.example.com`; absent means that nothing links to it.',
    ),
});
