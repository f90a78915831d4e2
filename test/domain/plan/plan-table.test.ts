import { type PlanLine, planColumns, planNotes, planRows } from '../../../domain/plan/plan-record';

const line = (changes: Partial<PlanLine> = {}): PlanLine => ({
  expectedKey: 'shot-front/spec-feed/1',
  label: 'Front, Feed',
  recipe: 'spring-social',
  key: 'Front/Feed',
  outputKey: 'Front/Feed',
  outputId: 'output-1',
  outputName: 'Front feed',
  format: 'jpeg 90',
  fileName: 'SKU-1_front_feed.jpg',
  ...changes,
});

describe('the table of a plan', () => {
  it('has a row for each expected output that goes out, with as many cells as columns', () => {
    const [row] = planRows({ lines: [line()] });
    expect(row).toEqual([
      'Front, Feed',
      'Front feed',
      'Front/Feed',
      'spring-social',
      'jpeg 90',
      'SKU-1_front_feed.jpg',
    ]);
    expect(row).toHaveLength(planColumns.length);
  });

  it('shows both keys where the recipe allows them to differ', () => {
    expect(planRows({ lines: [line({ outputKey: 'front/feed' })] })[0]).toContain('Front/Feed ≈ front/feed');
  });

  it('names a creative without a name by its id', () => {
    expect(planRows({ lines: [line({ outputName: undefined })] })[0]).toContain('output-1');
  });

  it('has no note when nothing is left over and no other recipe fits', () => {
    expect(planNotes({ lines: [line()], extras: 0 })).toEqual([]);
  });

  it('counts what is found and never delivered', () => {
    expect(planNotes({ lines: [], extras: 1 })).toEqual(['1 other creative found by the filters: never delivered.']);
  });

  it('reports files of one name, in whatever letter case, with all whose name it is', () => {
    const lines = [line(), line({ label: 'Back, Feed', fileName: 'sku-1_FRONT_feed.jpg' })];
    expect(planNotes({ lines, extras: 0 })).toEqual([
      '2 files will be named SKU-1_front_feed.jpg: Front, Feed; Back, Feed. Each is delivered to its own output.',
    ]);
  });

  it('names once which other recipes would fit, with all that they would fit', () => {
    const lines = [
      line({ alsoFits: ['late'] }),
      line({ label: 'Back, Feed', fileName: 'back.jpg', alsoFits: ['late'] }),
    ];
    expect(planNotes({ lines, extras: 0 })).toEqual([
      'Front, Feed; Back, Feed: late also match; spring-social comes first.',
    ]);
  });
});
