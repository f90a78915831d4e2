import { parse } from 'yaml';

import { describeConfig } from '../../../config/reference/describe';
import { durationText } from '../../../config/shared/duration';
import { ENVIRONMENT, fileWithRecipe, load, smallFile } from '../example-files';

describe('the configuration as it was understood', () => {
  it('shows defaults, and durations as a person writes them', async () => {
    const text = describeConfig(await load(smallFile({ studio: '    reviewWindow: 90s' })));
    expect(parse(text)).toMatchObject({
      sweep: { every: '5m' },
      studios: { acme: { reviewWindow: '90s', celtra: { poll: { deadline: '1h' } } } },
    });
  });

  it('masks every secret', async () => {
    const text = describeConfig(
      await load(smallFile({ creativeForce: '      webhookSecrets: ["${HOOK}"]' }), {
        ...ENVIRONMENT,
        HOOK: 'hook-value',
      }),
    );
    expect(parse(text)).toMatchObject({
      studios: {
        acme: { creativeForce: { clientSecret: '••••', webhookSecrets: ['••••'] }, celtra: { secretKey: '••••' } },
      },
    });
    expect(text).not.toMatch(/cf-secret-value|celtra-secret-value|hook-value/);
  });

  it('masks a secret that was also written into another text', async () => {
    const text = describeConfig(await load(smallFile({ celtra: '      caller: we are ${CF_SECRET}!' })));
    expect(parse(text)).toMatchObject({ studios: { acme: { celtra: { caller: 'we are ••••!' } } } });
  });

  it('can be read again once the secrets are back', async () => {
    const config = await load(fileWithRecipe({ when: '{ position: Front }' }));
    const text = describeConfig(config)
      .replace('clientSecret: ••••', 'clientSecret: ${CF_SECRET}')
      .replace('secretKey: ••••', 'secretKey: ${CELTRA_SECRET}');
    expect(await load(text)).toEqual(config);
  });

  it.each([
    [0, '0ms'],
    [1_500, '1500ms'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [1_209_600_000, '14d'],
  ])('writes %d milliseconds as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});
