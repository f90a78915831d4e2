import { convertSample, isAsItShould, wishes } from '../../../bench/conversions/conversions';
import { sampleKinds } from '../../../bench/conversions/samples';

describe.each(sampleKinds.map((kind) => [kind.name, kind] as const))('A conversion of %s', (_name, sampleKind) => {
  let sample: Promise<Buffer> | undefined;
  const kind = { ...sampleKind, make: () => (sample ??= sampleKind.make()) };

  it.each(Object.entries(wishes))('(%s) gives the pixels that the colour spaces define', async (_wish, conversion) => {
    const outcome = await convertSample(kind, conversion);
    expect([outcome, isAsItShould(kind, outcome)]).toEqual([outcome, true]);
  });

  it('of its density changes no pixel', async () => {
    await expect(convertSample(kind, { density: 300 })).resolves.toEqual({ what: 'changed', difference: 0 });
  });
});
