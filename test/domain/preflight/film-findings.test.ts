import { filmFindings, type FilmDemands } from '../../../domain/preflight/film-findings';
import { judgeRender } from '../../../domain/preflight/preflight';
import type { MeasuredPicture } from '../../../domain/preflight/picture';

const clip: MeasuredPicture = {
  format: 'mp4',
  width: 1080,
  height: 1920,
  bytes: 2_000_000,
  film: { framesPerSecond: 29.97, seconds: 15.02, codecs: ['avc1.640028', 'mp4a.40.2'] },
};

const findings = (demands: Partial<FilmDemands>, picture = clip) =>
  filmFindings({ label: 'Front, Clip', picture, film: { format: 'mp4', ...demands } });

describe('a film', () => {
  it.each<[string, Partial<FilmDemands>]>([
    ['has no limits', {}],
    ['keeps to each limit', { maxBytes: 2_000_000, maxPixels: 2_073_600, maxSeconds: 15, maxFramesPerSecond: 30 }],
    ['has the codec of its preset', { preset: 'x264_hq' }],
    ['has a preset that is not known', { preset: 'av2_later' }],
    ['is as Celtra announced, in seconds', { announced: { width: 1080, height: 1920, fps: 30, duration: 15 } }],
    ['is as Celtra announced, in milliseconds', { announced: { fps: 29.97, duration: 15_000 } }],
    ['was announced without numbers', { announced: { width: 0, height: 0, fps: 0, duration: 0 } }],
  ])('passes when it %s', (_, demands) => {
    expect(findings(demands)).toEqual([]);
  });

  it.each<[Partial<FilmDemands>, string, string]>([
    [{ maxBytes: 1_999_999 }, 'fileSize', 'the recipe allows at most 1,999,999 bytes, the film has 2,000,000 bytes.'],
    [{ maxPixels: 921_600 }, 'pixelSize', 'the recipe allows at most 921,600 pixels, the film has 1080 × 1920 pixels.'],
    [{ maxSeconds: 10 }, 'duration', 'the recipe allows at most 10 s, the film has 15.02 s.'],
    [{ maxFramesPerSecond: 25 }, 'frameRate', 'the recipe allows at most 25 frames per second, the film has 29.97.'],
    [
      { preset: 'prores_422_hq' },
      'codec',
      'the preset prores_422_hq (apch), the film has the codecs avc1.640028, mp4a.40.2.',
    ],
    [
      { announced: { width: 1920, height: 1080 } },
      'pixelSize',
      'Celtra announced 1920 × 1080 pixels, the film has 1080 × 1920 pixels.',
    ],
    [{ announced: { fps: 25 } }, 'frameRate', 'Celtra announced 25 frames per second, the film has 29.97.'],
    [{ announced: { duration: 6 } }, 'duration', 'Celtra announced a duration of 6, the film has 15.02 s.'],
  ])('is found by %j', (demands, rule, message) => {
    expect(findings(demands)).toMatchObject([{ rule, message: expect.stringContaining(message) as string }]);
  });

  it('is compared with its spec like a picture, and says so by the actions of the rules', () => {
    const spec = { specId: 'spec-clip', extension: 'mov', width: 1080, height: 1080, maxBytes: 1_000_000 };
    const subject = {
      label: 'Front, Clip',
      fileName: 'clip.mov',
      picture: clip,
      spec,
      film: { format: 'mov', maxSeconds: 6 },
    };
    const judged = judgeRender(subject, { onMismatch: 'block', rules: { duration: 'warn' } });
    expect(judged.findings.map(({ rule, action }) => [rule, action])).toEqual([
      ['format', 'block'],
      ['pixelSize', 'block'],
      ['fileSize', 'block'],
      ['duration', 'warn'],
    ]);
  });

  it('is no subject for a picture', () => {
    expect(findings({ maxBytes: 1 }, { format: 'jpeg', width: 10, height: 10, bytes: 500 })).toEqual([]);
  });
});
