import { wantedInputs } from '../../../domain/inputs/wanted-inputs';
import { aShot, aTask } from '../../support/facts';

describe('The inputs of a task', () => {
  it('are the pictures of its shots, with their positions', () => {
    expect(wantedInputs(aTask())).toEqual([
      {
        id: 'input-1',
        from: 'assets',
        role: 'input',
        folder: 'inputs',
        position: 'Front',
        fileName: 'SKU-1_front.tif',
      },
    ]);
  });

  it('are support material, colour references and what hangs on the style guide as well', () => {
    const task = aTask({
      shots: [
        aShot({
          inputs: [],
          support: [
            { assetId: 'clip', kind: 'inclip' },
            { assetId: 'extra', kind: 'resource' },
          ],
        }),
      ],
      colorReferences: [{ fileId: 'card', fileName: 'card.png' }],
      styleGuide: {
        fileIds: ['guide', 'card'],
        positions: [
          { name: 'Front', fileIds: ['pose'] },
          { name: 'Back', fileIds: ['not of this task'] },
        ],
      },
    });
    expect(wantedInputs(task).map(({ id, role, folder, position }) => [id, role, folder, position])).toEqual([
      ['clip', 'inclip', 'support', 'Front'],
      ['extra', 'resource', 'support', 'Front'],
      ['card', 'colour reference', 'references', undefined],
      ['guide', 'style guide', 'references', undefined],
      ['pose', 'style guide', 'references', 'Front'],
    ]);
  });

  it('are named once, however many shots share one', () => {
    expect(wantedInputs(aTask({ shots: [aShot(), aShot({ shotId: 'shot-back', position: 'Back' })] }))).toHaveLength(1);
  });
});
