import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { responseSchemaFor } from '../../clients/creative-force/probe/probe-recorder';
import { compareShape } from '../../clients/creative-force/probe/compare-shape';

/** Answers that `extpost probe --save` has written (docs/reference/probe.md). */
const folder = path.join(__dirname, 'fixtures');
const fixtureShape = z.strictObject({
  endpoint: z.string().regex(/^(?:GET|POST) \//),
  subject: z.enum([
    ...(['listing', 'task', 'annotations', 'assets', 'files', 'specs'] as const),
    ...(['job', 'product', 'project', 'deliverable', 'upload address'] as const),
  ]),
  contentCreationType: z.enum(['ecom', 'editorial']),
  body: z.unknown(),
});
const named = z.looseObject({ taskId: z.string() });
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

describe('A saved answer', () => {
  it('is there for every subject of both flavours', () => {
    expect(files.length).toBeGreaterThanOrEqual(16);
  });

  it.each(files)('is understood by the adapter that reads live answers: %s', (file) => {
    const { subject, contentCreationType, body } = fixtureShape.parse(
      JSON.parse(readFileSync(path.join(folder, file), 'utf8')),
    );
    const taskId = named.safeParse(body).data?.taskId ?? '';
    const { fault, isEmpty } = compareShape(responseSchemaFor(subject, { taskId, contentCreationType }), body);
    expect([fault, isEmpty]).toEqual([undefined, false]);
  });

  it.each(files)('holds no address that leads anywhere, and no secret: %s', (file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    expect(text).not.toMatch(/https?:\/\/(?!example\.invalid\/)|X-Amz-Signature|Bearer|access_token/i);
  });
});
