import { deliverableAsset } from '../../domain/rendered-asset';
import { aCeltraAsset, aCeltraOutput } from '../support/facts';

const keyOf = (...assets: Parameters<typeof aCeltraAsset>[0][]) =>
  deliverableAsset(aCeltraOutput('output-1', { assets: assets.map((asset) => aCeltraAsset(asset)) }))?.key;

describe('the asset of an output that is delivered', () => {
  it('is its picture, not the texts that travel with it', () => {
    expect(keyOf({ key: 'headline', type: 'text' }, { key: 'image' })).toBe('image');
  });

  it('is the one called "image" when there are several pictures', () => {
    expect(keyOf({ key: 'backup' }, { key: 'image' })).toBe('image');
  });

  it('is the only picture, whatever it is called', () => {
    expect(keyOf({ key: 'cards.1.image' })).toBe('cards.1.image');
  });

  it('is none when several pictures could be meant', () => {
    expect(keyOf({ key: 'cards.1.image' }, { key: 'cards.2.image' })).toBeUndefined();
  });

  it('is none when there is no picture', () => {
    expect(keyOf({ key: 'image', type: 'video' })).toBeUndefined();
  });
});
