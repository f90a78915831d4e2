import { createPreflightActivities } from '../../../activities/planning/planning-activities';
import { feedSpec } from '../../support/facts';
import { quickSettings } from '../../support/fake-world';
import { run, studiosWith } from '../activity-harness';

const render = {
  expected: { expectedKey: 'front/feed', label: 'Front, Feed', fileName: 'a.JPG', spec: feedSpec },
  file: {
    format: 'jpeg',
    width: 1,
    height: 1080,
    bytes: 10,
    details: { colorSpace: 'RGB' as const, hasAlphaChannel: false, isTransparent: false, pages: 1 },
  },
};

describe('checkRenders', () => {
  it('answers for each file in the order given, with its name corrected', async () => {
    const { checkRenders } = createPreflightActivities(studiosWith());
    const second = { ...render, expected: { ...render.expected, expectedKey: 'front/story', spec: undefined } };
    const checked = await run(checkRenders, { studio: 'acme', files: [render, second] });
    expect(checked).toMatchObject([
      { expectedKey: 'front/feed', fileName: 'a.jpg', findings: [{ rule: 'pixelSize' }] },
      { expectedKey: 'front/story', fileName: 'a.JPG', findings: [] },
    ]);
  });

  it('goes by the studio’s rules of now', async () => {
    const preflight = { onMismatch: 'block', rules: { pixelSize: 'warn' } } as const;
    const { checkRenders } = createPreflightActivities(studiosWith({ preflight }));
    const [checked] = await run(checkRenders, { studio: 'acme', files: [render] });
    expect(checked?.findings).toMatchObject([{ rule: 'pixelSize', action: 'warn' }]);
  });

  it('falls back on the one word for all rules', async () => {
    const settings = { ...quickSettings, onMismatch: 'warn' } as const;
    const { checkRenders } = createPreflightActivities(studiosWith({ settings }));
    const [checked] = await run(checkRenders, { studio: 'acme', files: [render] });
    expect(checked?.findings).toMatchObject([{ action: 'warn' }]);
  });

  it('lets the plan’s recipe have the last word', async () => {
    const { checkRenders } = createPreflightActivities(studiosWith());
    const files = [{ ...render, preflight: { pixelSize: 'ignore' } as const }];
    expect(await run(checkRenders, { studio: 'acme', files })).toMatchObject([{ findings: [] }]);
  });
});
