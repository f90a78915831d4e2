import { createPaint, wantsColours } from '../../../cli/shared/colours';

describe('colours', () => {
  it.each<[boolean, boolean, NodeJS.ProcessEnv]>([
    [true, true, {}],
    [false, false, {}],
    [false, true, { NO_COLOR: '1' }],
    [true, true, { NO_COLOR: '' }],
    [true, false, { FORCE_COLOR: '1' }],
    [false, true, { FORCE_COLOR: '0' }],
    [false, true, { TERM: 'dumb' }],
  ])('are %p on a terminal %p with %j', (expected, isTTY, environment) => {
    expect(wantsColours({ isTTY }, environment)).toBe(expected);
  });

  it('tell stages apart, and are left out where nobody wants them', () => {
    expect(createPaint(true).stage('Done', 'Done')).not.toBe(createPaint(true).stage('Rejected', 'Done'));
    expect(createPaint(false).stage('Done', 'Done')).toBe('Done');
  });
});
