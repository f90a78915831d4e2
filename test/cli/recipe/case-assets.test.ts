import { caseAnswer } from '../../../cli/recipe/case-facts';
import { toCandidates } from '../../../domain/plan/candidate';
import { anExportGroup } from '../../support/facts';

const group = { ...anExportGroup([]), filters: {} };

describe('a creative of a case', () => {
  it('is one picture unless it says which files it has', () => {
    const outputs = caseAnswer(group, [{ name: 'Feed', width: 1080, height: 1080 }]);
    expect(outputs[0]?.assets).toMatchObject([{ key: 'image', type: 'image', width: 1080 }]);
  });

  it('can have several files, such as the cards of a carousel', () => {
    const assets = { 'cards.a.image': { type: 'Image' }, 'cards.b.video': { type: 'Video' } };
    const outputs = caseAnswer(group, [{ name: 'Carousel', assets }]);
    const keys = toCandidates(outputs, { outputTemplate: '{{ asset.position }} {{ asset.type }}' });
    expect(keys.map(({ key }) => key)).toEqual(['1 image', '2 video']);
  });
});
