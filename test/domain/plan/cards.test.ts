import { toCandidates } from '../../../domain/plan/candidate';
import { matchGroup } from '../../../domain/plan/matching';
import { planRecord } from '../../../domain/plan/plan-record';
import { evaluateRenders } from '../../../domain/render/render-progress';
import { aCeltraAsset, aCeltraOutput, anExportGroup, aPlannedOutput } from '../../support/facts';

const first = 'cards.0a1b.image';
const second = 'cards.2c3d.video';

/** A Meta carousel of two cards with their texts (docs/reference/celtra.md#asset-kinds). */
const carousel = aCeltraOutput('output-1', {
  name: 'Carousel',
  assets: [
    { key: 'cards.0a1b.headline', type: 'text', status: 'finished', text: 'New' },
    aCeltraAsset({ key: first, width: 1080, height: 1080, blobHash: 'blob-first' }),
    { key: 'cards.2c3d.headline', type: 'text', status: 'finished', text: 'Sale' },
    aCeltraAsset({ key: second, type: 'video', extension: 'mp4', width: 1080, height: 1350, blobHash: 'blob-second' }),
    { key: 'primaryText', type: 'text', status: 'finished', text: 'Harbour Runner' },
  ],
});

const keys = (outputTemplate: string, asset?: string) =>
  toCandidates([carousel], { outputTemplate, ...(asset !== undefined && { asset }) }).map(
    ({ key, lacks }) => key ?? lacks,
  );

describe('the assets of an output', () => {
  it.each([
    ['their names', '{{ asset.name }}', [first, second]],
    ['their positions, from 1', 'Card {{ asset.position }}', ['Card 1', 'Card 2']],
    [
      'their types and sizes',
      '{{ asset.type }} {{ asset.width }}×{{ asset.height }}',
      ['image 1080×1080', 'video 1080×1350'],
    ],
    ['the texts of their cards', '{{ asset.texts.headline }}', ['New', 'Sale']],
    ['a text that no card has', '{{ asset.texts.price }}', ['asset.texts.price', 'asset.texts.price']],
  ])('are told apart by %s', (_, template, expected) => {
    expect(keys(template)).toEqual(expected);
  });

  it('are one candidate when the template does not mention them', () => {
    expect(keys('{{ output.contentDimensionsByName.Key }}')).toHaveLength(1);
  });

  it('are only the recipe’s asset when it names one, with its position among all', () => {
    expect(keys('Card {{ asset.position }}', second)).toEqual(['Card 2']);
  });
});

describe('the cards of one output', () => {
  const group = anExportGroup([aPlannedOutput('Card 1'), aPlannedOutput('Card 2')]);
  const candidates = toCandidates([carousel], { outputTemplate: 'Card {{ asset.position }}' });
  const matching = matchGroup(group, candidates);

  it('answer several expected outputs, and none is left over', () => {
    const { pairings, problems, extras } = matching;
    expect(pairings.map(({ expected, output }) => [expected.key, output.outputId, output.assetKey])).toEqual([
      ['Card 1', 'output-1', first],
      ['Card 2', 'output-1', second],
    ]);
    expect([problems, extras]).toEqual([[], 0]);
  });

  it('are no conflict in the plan, which names the assets', () => {
    const { lines, problems } = planRecord([{ group, matching }], []);
    expect([lines.map(({ assetKey }) => assetKey), problems]).toEqual([[first, second], []]);
  });

  it.each([
    ['by output and asset', `output-1/${second}`, second],
    ['by the output alone, if one of its assets has the key', 'output-1', first],
  ])('are chosen by an operator %s', (_, chosenOutputId, assetKey) => {
    const expected = { ...aPlannedOutput('Card 1'), chosenOutputId };
    expect(matchGroup(anExportGroup([expected]), candidates).pairings).toMatchObject([{ output: { assetKey } }]);
  });

  it('are named when an operator’s choice of the output leaves several', () => {
    const expected = { ...aPlannedOutput('Cover'), chosenOutputId: 'output-1' };
    expect(matchGroup(anExportGroup([expected]), candidates).problems).toMatchObject([
      {
        cause: 'ambiguous',
        message: expect.stringContaining(
          `choose one: Carousel, ${first} (output-1/${first}); Carousel, ${second} (output-1/${second})`,
        ) as string,
      },
    ]);
  });

  it('bring the texts that the recipe wants kept: those of the card, else those of the whole output', () => {
    const rules = { erroredAgain: 2, finalErrors: [], missingAnswers: 3 };
    const outputs = [{ outputId: 'output-1', assetKey: second, contentHash: 'hash-1' }];
    const texts = ['headline', 'primaryText', 'price'];
    expect(evaluateRenders({ outputs, texts }, [carousel], rules)).toMatchObject({
      assets: [{ assetKey: second, texts: { headline: 'Sale', primaryText: 'Harbour Runner' } }],
    });
  });

  it('are waited for one by one', () => {
    const rules = { erroredAgain: 2, finalErrors: [], missingAnswers: 3 };
    const outputs = [first, second].map((assetKey) => ({ outputId: 'output-1', assetKey, contentHash: 'hash-1' }));
    const half = {
      ...carousel,
      assets: carousel.assets.map((one) =>
        one.key === second ? { ...one, status: 'pending' as const, url: undefined } : one,
      ),
    };
    const pending = evaluateRenders({ outputs }, [half], rules);
    expect(pending).toMatchObject({ kind: 'pending', memory: { finished: 1, rendered: [{ assetKey: first }] } });
    const done = evaluateRenders(
      { outputs },
      [carousel],
      rules,
      pending.kind === 'pending' ? pending.memory : undefined,
    );
    expect(done).toMatchObject({ kind: 'finished', assets: [{ assetKey: first }, { assetKey: second }] });
  });
});
