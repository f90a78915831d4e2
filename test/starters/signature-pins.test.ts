import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pino from 'pino';

import { openSignaturePins } from '../../starters/signature-pins';

const studios = { acme: { webhookSecrets: ['secret-one', 'secret-two'] }, beta: { webhookSecrets: ['secret-one'] } };

let folder: string;
let logged: string;

const open = (changes: { studios?: typeof studios; folder?: string } = {}) =>
  openSignaturePins({
    folder: join(folder, 'state'),
    studios,
    logger: pino({}, { write: (line: string) => (logged += line) }),
    ...changes,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extpost-pins-'));
  logged = '';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the pinned form of a signature', () => {
  it('is known after a restart, for that studio and secret only', async () => {
    await (await open()).pin('acme', { secret: 'secret-one', form: 'base64-hex' });
    const pins = await open();
    expect(pins.get('acme', 'secret-one')).toBe('base64-hex');
    expect(pins.get('acme', 'secret-two')).toBeUndefined();
    expect(pins.get('beta', 'secret-one')).toBeUndefined();
  });

  it('stays what it was first', async () => {
    const pins = await open();
    await pins.pin('acme', { secret: 'secret-one', form: 'utf8-hex' });
    await pins.pin('acme', { secret: 'secret-one', form: 'base64-base64' });
    expect(pins.get('acme', 'secret-one')).toBe('utf8-hex');
  });

  it('is kept with others that come at the same time', async () => {
    const pins = await open();
    await Promise.all([
      pins.pin('acme', { secret: 'secret-one', form: 'utf8-hex' }),
      pins.pin('acme', { secret: 'secret-two', form: 'utf8-base64' }),
      pins.pin('beta', { secret: 'secret-one', form: 'base64-hex' }),
    ]);
    const reopened = await open();
    expect(reopened.get('acme', 'secret-two')).toBe('utf8-base64');
    expect(reopened.get('beta', 'secret-one')).toBe('base64-hex');
  });

  it('is forgotten with its secret', async () => {
    await (await open()).pin('acme', { secret: 'secret-one', form: 'utf8-hex' });
    const rotated = await open({ studios: { ...studios, acme: { webhookSecrets: ['secret-two'] } } });
    await rotated.pin('acme', { secret: 'secret-two', form: 'utf8-hex' });
    expect((await open()).get('acme', 'secret-one')).toBeUndefined();
  });

  it('leaves neither a secret nor a half-written file behind', async () => {
    await (await open()).pin('acme', { secret: 'secret-one', form: 'utf8-hex' });
    const files = await readdir(join(folder, 'state'));
    expect(files).toEqual(['signature-forms.json']);
    expect((await readFile(join(folder, 'state', 'signature-forms.json'), 'utf8')) + logged).not.toContain(
      'secret-one',
    );
  });

  it.each(['{ no JSON', '[]', '{"acme/x":"rot13"}'])('is found out anew when the file holds %s', async (text) => {
    await (await open({ folder })).pin('acme', { secret: 'secret-one', form: 'utf8-hex' });
    await writeFile(join(folder, 'signature-forms.json'), text);
    expect((await open({ folder })).get('acme', 'secret-one')).toBeUndefined();
    expect(logged).toContain('could not be read');
  });

  it('is kept in memory, with a warning, when the folder cannot be written', async () => {
    await writeFile(join(folder, 'a-file'), '');
    const pins = await open({ folder: join(folder, 'a-file', 'state') });
    await pins.pin('acme', { secret: 'secret-one', form: 'utf8-hex' });
    expect(pins.get('acme', 'secret-one')).toBe('utf8-hex');
    expect(logged).toContain('could not be saved');
  });
});
