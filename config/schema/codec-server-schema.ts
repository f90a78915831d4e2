import { z } from 'zod';

import { address, nonEmptyText, port, strongSecret } from '../shared/values';

/** The server by which Temporal's Web UI and command line show encrypted payloads. */
export const codecServerSchema = z.strictObject({
  host: nonEmptyText()
    .prefault('127.0.0.1')
    .describe(
      'Network address on which it is served; it speaks plain http, so elsewhere a proxy with TLS goes before it.',
    ),
  port: port().prefault(8234).describe('Port on which it is served; 0 lets the system choose.'),
  publicUrl: address()
    .optional()
    .describe(
      'Address under which browsers reach it, such as `https://codec.example.com`; absent means this computer.',
    ),
  origins: z
    .array(address())
    .prefault(['http://127.0.0.1:8233', 'http://localhost:8233'])
    .describe("Addresses of Temporal's Web UI, from whose pages browsers may call it."),
  token: strongSecret()
    .optional()
    .describe(
      'Callers that send it as `Authorization: Bearer …` may read everything; absent means that only the board lets people in.',
    ),
});
