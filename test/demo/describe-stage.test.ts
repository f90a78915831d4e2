import { describeStage } from '../../demo/start/describe-stage';

const told = { sentBack: [], trigger: undefined, verdict: 'waiting' };

describe('the text of the live table', () => {
  it('say what a rejected task waits for', () => {
    const sentBack = ['Front, Feed 1:1', 'Back, Story 9:16'];
    expect(describeStage({ stage: 'Rejected', cause: 'rejected' }, { ...told, sentBack })).toBe(
      'Rejected: waiting until the design of Front, Feed 1:1; Back, Story 9:16 changes',
    );
  });

  it('say why a task needs attention', () => {
    expect(describeStage({ stage: 'Needs attention', cause: 'no creative' }, told)).toBe(
      'Needs attention: no creative',
    );
  });

  it('say that a task is gone because it was bypassed, and nothing of one that is gone otherwise', () => {
    const gone = { stage: 'Gone', cause: undefined };
    expect(describeStage(gone, { ...told, verdict: 'bypassed' })).toBe('Gone: bypassed in Creative Force');
    expect(describeStage(gone, told)).toBe('Gone');
  });

  it('distinguishes a correction from a first delivery', () => {
    const correction = { ...told, trigger: 'correction' };
    expect(describeStage({ stage: 'Deliver', cause: undefined }, correction)).toBe('Deliver (correction)');
    expect(describeStage({ stage: 'Awaiting verdict', cause: undefined }, correction)).toBe('Correction delivered');
    expect(describeStage({ stage: 'Awaiting verdict', cause: undefined }, told)).toBe('Awaiting verdict');
  });

  it('do not call a rejection delivered that the workflow has not heard of yet', () => {
    expect(
      describeStage(
        { stage: 'Awaiting verdict', cause: undefined },
        { ...told, trigger: 'correction', sentBack: ['Front, Feed 1:1'] },
      ),
    ).toBe('Awaiting verdict');
  });
});
