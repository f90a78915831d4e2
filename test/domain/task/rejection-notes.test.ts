import { rejectionNotes } from '../../../domain/task/rejection-notes';
import { aRejectionNote, someFacts } from '../../support/facts';

describe('rejection notes', () => {
  it('stand under the file, the position or the task that they name, each once', () => {
    const notes = [
      aRejectionNote({ annotationId: '1', comment: 'All wrong.', shotId: undefined }),
      aRejectionNote({ annotationId: '2', comment: 'Too dark.' }),
      aRejectionNote({ annotationId: '3', comment: 'Logo cut.', specId: 'spec-story' }),
      aRejectionNote({ annotationId: '4', comment: 'Use the red one.', kind: 'instruction' }),
    ];
    expect(rejectionNotes(someFacts(), notes)).toEqual([
      { where: 'Front, Story', text: 'Logo cut.' },
      { where: 'Front', text: 'Too dark.' },
      { where: 'The task', text: 'All wrong.' },
    ]);
  });
});
