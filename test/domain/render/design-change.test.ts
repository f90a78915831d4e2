import { describeMissingOutputs } from '../../../domain/render/design-change';
import { aCeltraOutput } from '../../support/facts';

const missing = [{ outputId: 'output-1', name: 'Front/Feed', designFileId: 'design-1', contentHash: 'hash-1' }];
const edited = { id: 'design-1', name: 'Spring', contentHash: 'hash-2' };

describe('what became of an output that Celtra no longer returns', () => {
  it('is nothing when it is there as it was', () => {
    expect(describeMissingOutputs(missing, [aCeltraOutput('output-1')])).toBeUndefined();
  });

  it('is another version, when the design was changed', () => {
    expect(
      describeMissingOutputs(missing, [aCeltraOutput('output-1', { name: 'Front/Feed', designFile: edited })]),
    ).toBe(
      'Design Spring was changed in Celtra during rendering: Front/Feed is now another version. ' +
        'The recipe’s filters find 1 output now.',
    );
  });

  it('is that it is gone, when the changed design has other outputs', () => {
    const found = [
      aCeltraOutput('output-8', { designFile: edited }),
      aCeltraOutput('output-9', { designFile: edited }),
    ];
    expect(describeMissingOutputs(missing, found)).toBe(
      'Design Spring was changed in Celtra during rendering: Front/Feed no longer exists. The recipe’s filters find 2 outputs now.',
    );
  });

  it('is that it is gone, when the design is as it was', () => {
    expect(describeMissingOutputs(missing, [aCeltraOutput('output-2')])).toContain(
      'Celtra no longer has all outputs of design design-1, although the design is unchanged: Front/Feed no longer exists.',
    );
  });

  it('is that nothing of the design is found any more', () => {
    expect(describeMissingOutputs(missing, [])).toBe(
      'Celtra no longer finds any output of design design-1: Front/Feed no longer exists. The recipe’s filters find 0 outputs now.',
    );
  });
});
