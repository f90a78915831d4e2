import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pino from 'pino';

import { openHeaderRecorder } from '../../../starters/webhook/delivery-headers';

let folder: string;
let logged: string;

const open = (deliveries: number, where = folder) =>
  openHeaderRecorder({ folder: where, deliveries, logger: pino({}, { write: (line: string) => (logged += line) }) });
const written = () => readFile(join(folder, 'first-deliveries.jsonl'), 'utf8').catch(() => '');
const lines = async () => (await written()).split('\n').filter((line) => line !== '');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extpost-headers-'));
  logged = '';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the record of first deliveries', () => {
  it('is empty when nothing is to be recorded', async () => {
    await (await open(0)).record('acme', true, { 'user-agent': 'x' });
    expect(await written()).toBe('');
  });

  it('holds names and values of a signed delivery', async () => {
    await (await open(1)).record('acme', true, { 'user-agent': 'CreativeForce/1', 'x-cf-attempt': '2' });
    expect(JSON.parse(await written())).toMatchObject({
      studio: 'acme',
      isSigned: true,
      headers: { 'user-agent': 'CreativeForce/1', 'x-cf-attempt': '2' },
    });
  });

  it.each([
    'x-cf-signature',
    'authorization',
    'proxy-authorization',
    'cookie',
    'x-api-key',
    'x-amz-security-token',
    'x-forwarded-client-cert',
  ])('hides the value of %s and says how long it was', async (name) => {
    await (await open(1)).record('acme', true, { [name]: 'the-hidden-value' });
    expect(await written()).toContain(`"${name}":"[hidden, 16 characters]"`);
    expect(await written()).not.toContain('the-hidden-value');
  });

  it('holds only names of a delivery that nobody signed', async () => {
    await (await open(1)).record('acme', false, { 'x-marker': 'marker-of-the-caller' });
    expect(await written()).toContain('"x-marker":"[hidden, 20 characters]"');
  });

  it('cuts long values', async () => {
    await (await open(1)).record('acme', true, { 'x-long': 'x'.repeat(5_000) });
    expect((await written()).length).toBeLessThan(400);
  });

  it('ends after the given number for each studio, also across a restart', async () => {
    const recorder = await open(2);
    await recorder.record('acme', true, {});
    await recorder.record('beta', true, {});
    const later = await open(2);
    for (let call = 0; call < 3; call += 1) await later.record('acme', true, {});
    expect((await lines()).filter((line) => line.includes('"acme"'))).toHaveLength(2);
  });

  it('has space for signed deliveries whatever came unsigned before', async () => {
    const recorder = await open(1);
    for (let call = 0; call < 3; call += 1) await recorder.record('acme', false, {});
    await recorder.record('acme', true, {});
    expect((await lines()).map((line) => line.includes('"isSigned":true'))).toEqual([false, true]);
  });

  it('warns and lets the delivery go on when it cannot be written', async () => {
    await writeFile(join(folder, 'a-file'), '');
    await (await open(1, join(folder, 'a-file', 'state'))).record('acme', true, {});
    expect(logged).toContain('could not be written down');
  });
});
