import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { createCreativeForceClient, RequestBudget } from '../../clients';
import { creativeForceSettings } from '../../sandbox/creative-force/options';
import { storeSettings } from '../../sandbox/object-store/options';
import { everyCall } from './every-call';

const suite = readdirSync(__dirname)
  .filter((file) => file.endsWith('.test.ts') && file !== path.basename(__filename))
  .map((file) => readFileSync(path.join(__dirname, file), 'utf8'))
  .join('\n');

describe('The contract suite', () => {
  it.each(Object.keys({ ...creativeForceSettings.shape, ...storeSettings.shape }))(
    'turns the setting %s',
    (setting) => {
      expect(new RegExp(`\\b${setting}\\b`).test(suite)).toBe(true);
    },
  );

  it('makes every call of the client fail in every way', () => {
    const settings = { baseUrl: 'http://none.invalid/v1', tokenUrl: 'http://none.invalid/token' };
    const credentials = { clientId: 'none', clientSecret: 'none' };
    const client = createCreativeForceClient({ ...settings, ...credentials }, { budget: new RequestBudget() });
    const failing = new Set(everyCall.map(({ name }) => name.replace(/,.*/, '')));
    expect(Object.keys(client).filter((call) => !failing.has(call))).toEqual([]);
  });
});
