import { z } from 'zod';

import { withoutTrailing } from '../../domain/shared/text';

/** Plain `http` is usual for a collector beside the process. */
function collectorAddress() {
  return z
    .url({ protocol: /^https?$/, error: 'is not an address such as http://127.0.0.1:4318' })
    .refine((written) => !URL.canParse(written) || /^[^?#@]*$/.test(written), {
      error: 'must not carry a user name, a password, a query or a fragment; OTEL_EXPORTER_OTLP_HEADERS sets headers',
    })
    .overwrite((written) => withoutTrailing(written, '/'));
}

export const telemetrySchema = z.strictObject({
  traces: z
    .strictObject({
      endpoint: collectorAddress()
        .optional()
        .describe(
          'Address of an OpenTelemetry collector that takes OTLP over HTTP, without `/v1/traces`; absent means that there are no traces.',
        ),
    })
    .prefault({})
    .describe('A span for each event that comes in and each attempt of an activity; one trace for each task.'),
});
