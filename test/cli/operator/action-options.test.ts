import { userInfo } from 'node:os';

import { operatorNotice } from '../../../cli/operator/action-options';

const { username } = userInfo();

describe('who acts at the command line', () => {
  it.each([
    [undefined, username],
    ['ann', 'ann'],
  ])('with --by %s is %s, and the user of the system is recorded either way', (by, shown) => {
    expect(operatorNotice({ config: 'extpost.yaml', ...(by !== undefined && { by }) })).toEqual({
      by: shown,
      identity: { name: username, from: 'system user' },
      reason: undefined,
    });
  });

  it('is not taken from the environment, where anybody can set it', () => {
    const before = process.env['USER'];
    process.env['USER'] = 'somebody-else';
    try {
      expect(operatorNotice({ config: 'extpost.yaml' }).by).toBe(username);
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, 'USER');
      else process.env['USER'] = before;
    }
  });
});
