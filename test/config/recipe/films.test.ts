import { faultLines, load, smallFile } from '../example-files';

/** A file with one recipe that says this of films. */
const fileWith = (films: string, celtra = '') =>
  smallFile({
    celtra,
    recipes: `\n      - { name: one, celtra: { filters: { designFile: { id: [a] } } }, match: { expected: x, output: '{{ asset.position }}' }, films: ${films} }`,
  });

describe('what a recipe says of films', () => {
  it.each([
    ['ask', { action: 'ask' }],
    ['deliver', { action: 'deliver' }],
    ['{ format: mp4, maxSeconds: 15.5 }', { action: 'deliver', format: 'mp4', maxSeconds: 15.5 }],
    ['{ action: ask, maxBytes: 1000 }', { action: 'ask', maxBytes: 1000 }],
    [
      '{ maxPixels: 2073600, maxFramesPerSecond: 30 }',
      { action: 'deliver', maxPixels: 2_073_600, maxFramesPerSecond: 30 },
    ],
  ])('can be written as %s', async (written, films) => {
    const config = await load(fileWith(written));
    expect(config.studios['acme']?.recipes[0]?.films).toEqual(films);
  });

  it('can name a preset that the Celtra account allows', async () => {
    const config = await load(fileWith('{ preset: x264_hq }', '      extraAssetFormats: [x264_hq]'));
    expect(config.studios['acme']?.recipes[0]?.films).toEqual({ action: 'deliver', preset: 'x264_hq' });
  });

  it.each([
    ['send', '"send" is not one of ask, deliver'],
    ['{ format: webm }', 'films'],
    ['{ maxSeconds: 0 }', 'films'],
    ['{ preset: x264_hq }', 'allow it by celtra.extraAssetFormats: [x264_hq]'],
    ['{ preset: gif }', 'is gif, which is a picture'],
    ['{ preset: prores_4444, format: mp4 }', 'is prores_4444, which makes mov, not mp4'],
  ])('is refused as %s', async (written, message) => {
    expect((await faultLines(fileWith(written))).join('\n')).toContain(message);
  });
});
