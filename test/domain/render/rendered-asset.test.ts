import { deliverableAsset, toRenderedAsset } from '../../../domain/render/rendered-asset';
import { aCeltraAsset, aCeltraOutput } from '../../support/facts';

type Assets = Parameters<typeof aCeltraAsset>[0][];
const outputWith = (assets: Assets) =>
  aCeltraOutput('output-1', { assets: assets.map((asset) => aCeltraAsset(asset)) });
const keyOf = (...assets: Assets) => deliverableAsset(outputWith(assets))?.key;

describe('the asset of an output that is delivered', () => {
  it('is its picture, not the texts that travel with it', () => {
    expect(keyOf({ key: 'headline', type: 'text' }, { key: 'image' })).toBe('image');
  });

  it('is the one called "image" when there are several pictures', () => {
    expect(keyOf({ key: 'backup' }, { key: 'image' })).toBe('image');
  });

  it('is the video of a video output', () => {
    expect(keyOf({ key: 'video', type: 'video' }, { key: 'title', type: 'text' })).toBe('video');
  });

  it('is the page of an HTML output, not the picture it falls back on', () => {
    expect(keyOf({ key: 'fallbackImage', type: 'file' }, { key: 'html', type: 'html' })).toBe('html');
  });

  it('is the only picture, whatever it is called', () => {
    expect(keyOf({ key: 'cards.1.image' })).toBe('cards.1.image');
  });

  it('is none when several could be meant', () => {
    expect(keyOf({ key: 'cards.1.image' }, { key: 'cards.2.video', type: 'video' })).toBeUndefined();
  });

  it('is none when there are only texts and files', () => {
    expect(keyOf({ key: 'image', type: 'text' }, { key: 'fallbackImage', type: 'file' })).toBeUndefined();
  });

  it('is the one that a recipe chose', () => {
    const output = outputWith([
      { key: 'html', type: 'html' },
      { key: 'fallbackImage', type: 'file' },
    ]);
    expect(deliverableAsset(output, 'fallbackImage')?.key).toBe('fallbackImage');
  });

  it('is none when the chosen one is not there', () => {
    expect(deliverableAsset(outputWith([{ key: 'image' }]), 'video')).toBeUndefined();
  });
});

describe('a rendered asset', () => {
  it('keeps what later steps need, and no address', () => {
    expect(toRenderedAsset(aCeltraOutput('output-1'), aCeltraAsset({ width: 1080, height: 1920 }))).toEqual({
      outputId: 'output-1',
      assetKey: 'image',
      type: 'image',
      extension: 'jpg',
      width: 1080,
      height: 1920,
      blobHash: 'blob-1',
    });
  });
});
