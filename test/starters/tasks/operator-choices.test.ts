import type { OperatorAction } from '../../../domain/operator/operator-action';
import { operatorChoices } from '../../../starters/tasks/operator-choices';

const by = { by: 'Ann', at: '2026-11-29T12:00:00.000Z', what: 'something' };
const outputs = [
  { expectedKey: 'feed', label: 'Front, Feed', fileName: 'SKU-1_front_feed', inputs: [] },
  { expectedKey: 'story', label: 'Front, Story', fileName: 'SKU-1_front_story', inputs: [] },
];
const used: OperatorAction = { ...by, kind: 'use output', expectedKey: 'feed', outputId: 'red', revision: 1 };

describe('what operators have chosen to deliver', () => {
  it.each<[string, readonly OperatorAction[], object[]]>([
    ['a chosen creative', [used], [{ outputs: ['SKU-1_front_feed'], creative: 'red' }]],
    [
      'a file of one’s own',
      [{ ...by, kind: 'deliver file', expectedKey: 'story', revision: 1 }],
      [{ outputs: ['SKU-1_front_story'] }],
    ],
    ['another recipe', [{ ...by, kind: 'replace recipe', revision: 1 }], [{ outputs: [] }]],
    ['the same files again', [{ ...by, kind: 'resume', isForced: true, revision: 1 }], [{ outputs: [] }]],
    ['nothing of a plain resume', [{ ...by, kind: 'resume', revision: 1 }], []],
    ['nothing of what was taken back', [used, { ...by, kind: 'undo', expectedKey: 'feed', revision: 2 }], []],
    ['nothing of what was refused', [{ ...used, revision: undefined, rejectedReason: 'Meanwhile …' }], []],
  ])('%s', (_what, actions, told) => {
    expect(operatorChoices({ actions, outputs })).toEqual(told);
  });
});
