import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultShape } from '../../sandbox/creative-force/fault-options';
import { creativeForceDefaults, creativeForceSettings } from '../../sandbox/creative-force/options';
import { webhookDefaults, webhookSettings } from '../../sandbox/creative-force/webhook-options';
import { latencyDefaults, latencySettings } from '../../sandbox/latency';
import { dayDefaults, daySettings } from '../../sandbox/day/options';
import { storeDefaults, storeSettings } from '../../sandbox/object-store/options';
import { startQuickSandbox } from './start';
import { send } from './vendor';

const documentation = readFileSync(join(__dirname, '../../docs/reference/sandbox.md'), 'utf8');
const readme = readFileSync(join(__dirname, '../../sandbox/README.md'), 'utf8');

describe('docs/reference/sandbox.md', () => {
  it.each([
    ['creativeForce', creativeForceSettings, creativeForceDefaults],
    ['webhooks', webhookSettings, webhookDefaults],
    ['store', storeSettings, storeDefaults],
    ['latency', latencySettings, latencyDefaults],
    ['day', daySettings, dayDefaults(20)],
  ])(
    'explains every setting of %s with its default',
    (section, settings, defaults: Readonly<Record<string, unknown>>) => {
      const begin = documentation.indexOf(`\n### \`${section}\`\n`);
      const text = documentation.slice(begin, documentation.indexOf('\n### ', begin + 5));
      const rows = [...text.matchAll(/^\| `(\w+)` \| `(.+?)` \| (.+) \|$/gm)].map(([, name, value, words]) => ({
        name,
        value,
        isExplained: words !== undefined && words.length > 3,
      }));
      expect(rows).toEqual(
        Object.keys(settings.shape).map((name) => ({ name, value: JSON.stringify(defaults[name]), isExplained: true })),
      );
    },
  );

  it('explains every fault', () => {
    const { endpoint, answer } = faultShape.shape;
    for (const word of [...endpoint.options, ...answer.options, ...Object.keys(faultShape.shape)])
      expect(documentation).toContain(`\`${word}\``);
  });
});

describe('sandbox/README.md', () => {
  it('names every control call', async () => {
    const sandbox = await startQuickSandbox();
    const { json } = await send(sandbox.controlUrl);
    await sandbox.stop();
    const calls = Object.keys((json as { calls: Record<string, string> }).calls).map((call) => call.split('?')[0]);
    expect(calls.filter((call) => !readme.includes(call ?? ''))).toEqual([]);
  });
});
