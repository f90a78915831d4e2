import { celtraSettings } from '../../sandbox/celtra/options';
import type { Sandbox } from '../../sandbox';
import { CeltraCaller } from './celtra-caller';
import { startQuickSandbox } from './start';
import { send } from './vendor';

describe("a setting of Celtra's stand-in", () => {
  let sandbox: Sandbox;
  let caller: CeltraCaller;
  const ask = (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    caller.post('export', { filters: caller.sampleFilter, ...body }, headers);
  const asBearer = (grant: string, secret: string) =>
    send(sandbox.celtraTokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: grant,
        client_id: caller.studio.celtraApplicationId,
        client_secret: secret,
      }),
    });

  beforeEach(async () => {
    sandbox = await startQuickSandbox();
    caller = new CeltraCaller(sandbox);
  });
  afterEach(() => sandbox.stop());

  it('that does not exist is refused, and nothing changes', () => {
    expect(celtraSettings.safeParse({ faults: [{ kind: 'status', status: 503 }] }).success).toBe(true);
    expect(celtraSettings.safeParse({ fault: [] }).success).toBe(false);
    expect(celtraSettings.safeParse({ faults: [{ kind: 'stuck', output: ['x'] }] }).success).toBe(false);
  });

  describe('of rendering', () => {
    it('sets for each type of asset how long it takes', async () => {
      await caller.configure({ rendersTakePollsByType: { HTML: 2, File: 1 } });
      const states: unknown[] = [];
      for (let poll = 0; poll < 3; poll += 1) {
        const output = await caller.output('Rectangle en');
        states.push([output?.status, output?.assets['html']?.status, output?.assets['fallbackImage']?.status]);
      }
      expect(states).toEqual([
        ['pending', 'pending', 'pending'],
        ['pending', 'pending', 'finished'],
        ['finished', 'finished', 'finished'],
      ]);
    });

    it.each([
      ['error', ['error']],
      ['errorMessage', ['errorMessage']],
      ['both', ['error', 'errorMessage']],
      ['mixed', ['errorMessage']],
    ])('calls the text of an error %s', async (errorField, names) => {
      await caller.configure({ errorField, faults: [{ kind: 'error', message: 'Creative content is empty' }] });
      const asset = (await caller.output('Square fr'))?.assets['image'] ?? {};
      const said = Object.entries(asset).filter(([, value]) => value === 'Creative content is empty');
      expect(said.map(([name]) => name)).toEqual(names);
    });
  });

  describe('of answers', () => {
    it('sets the status, also while something is pending', async () => {
      await caller.configure({ successStatus: 201, pendingStatus: 202, rendersTakePolls: 1 });
      expect([(await ask()).status, (await ask()).status]).toEqual([202, 201]);
    });

    it.each([
      [{ requests: 1, seconds: 60 }, null],
      [{ requests: 1, seconds: 60, retryAfterSeconds: 7 }, '7'],
    ])('limits the rate: %j', async (rateLimit, retryAfter) => {
      await caller.configure({ rateLimit });
      await ask();
      const answer = await ask();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, retryAfter]);
    });

    it('shows outputs as differently as they are in print, or full', async () => {
      const variants = (await caller.outputs()).map((output) => [
        output.name === null,
        JSON.stringify(output['activation']),
        output['mediaLineItem'] === null ? 'null' : typeof output['mediaLineItem'],
      ]);
      await caller.configure({ fixtures: 'full' });
      const full = await caller.outputs();
      expect(new Set(variants.map((variant) => variant[1])).size).toBe(3);
      expect(new Set(variants.map((variant) => variant[2]))).toEqual(new Set(['null', 'object', 'undefined']));
      expect(full.every((output) => output.name !== null && typeof output['mediaLineItem'] === 'object')).toBe(true);
    });

    it('never hides what the request filters on', async () => {
      const output = { mediaLineItem: { formatRegistrationId: ['com.celtra.image', 'com.celtra.html'] } };
      const found = await caller.outputs({ filters: { ...caller.sampleFilter, output } });
      expect(found).toHaveLength(5);
      expect(found.every((one) => typeof one['mediaLineItem'] === 'object' && one['mediaLineItem'] !== null)).toBe(
        true,
      );
    });

    it('adds fields that no text names, or leaves them out', async () => {
      const [before] = await caller.outputs();
      await caller.configure({ extraFields: false });
      const [after] = await caller.outputs();
      expect(before).toHaveProperty('rendererGeneration');
      expect(JSON.stringify(after)).not.toMatch(/rendererGeneration|region|colorSpace|origin|orders/);
    });

    it('shows content dimensions with one more level', async () => {
      await caller.configure({ contentDimensionsShape: 'nested' });
      const output = await caller.output('Square en');
      expect(output?.['contentDimensionsByName']).toMatchObject({ Language: { Language: 'en' } });
    });

    it('begins the list elsewhere with every answer', async () => {
      await caller.configure({ order: 'shuffled' });
      const orders = [await caller.outputs(), await caller.outputs()].map((outputs) => outputs.map(({ id }) => id));
      expect(orders[0]).not.toEqual(orders[1]);
      expect(new Set(orders[0])).toEqual(new Set(orders[1]));
    });

    it('ends JSON Lines with a newline or without', async () => {
      const lines = { accept: 'application/jsonlines' };
      expect((await ask({}, lines)).text.endsWith('}\n')).toBe(true);
      await caller.configure({ finalNewline: false });
      expect((await ask({}, lines)).text.endsWith('}')).toBe(true);
    });

    it('writes timestamps in another zone, and reads filters in it', async () => {
      const before = (await caller.outputs())[0]?.designFile.lastModificationTimestamp ?? '';
      await caller.configure({ timeZoneOffsetMinutes: 120 });
      const after = (await caller.outputs())[0]?.designFile.lastModificationTimestamp ?? '';
      const filters = { designFile: { ...caller.sampleFilter.designFile, lastModificationTimestamp: [after] } };
      expect(Date.parse(`${after}Z`) - Date.parse(`${before}Z`)).toBe(7_200_000);
      expect(await caller.outputs({ filters })).not.toEqual([]);
    });

    it('writes refusals as text', async () => {
      await caller.configure({ refusalBody: 'text' });
      const answer = await ask({ filters: {} });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('text/plain');
      expect(answer.text).toContain('is required');
    });
  });

  describe('of access', () => {
    it.each([
      ['basic', 200, 401],
      ['bearer', 401, 200],
      ['either', 200, 200],
    ])('takes %s credentials', async (authentication, basic, bearer) => {
      await caller.configure({ authentication });
      const token = (await asBearer('client_credentials', caller.studio.celtraSecretKey)).json;
      const { access_token } = token as { access_token: string };
      expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 });
      expect((await ask()).status).toBe(basic);
      expect((await ask({}, { authorization: `Bearer ${access_token}` })).status).toBe(bearer);
    });

    it('lets bearer tokens age', async () => {
      await caller.configure({ authentication: 'bearer', bearerLifetimeSeconds: 0.001 });
      const { json } = await asBearer('client_credentials', caller.studio.celtraSecretKey);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const { access_token } = json as { access_token: string };
      expect((await ask({}, { authorization: `Bearer ${access_token}` })).status).toBe(401);
    });

    it('gives no token for a wrong secret or another grant', async () => {
      expect(await asBearer('client_credentials', 'x')).toMatchObject({
        status: 401,
        json: { error: 'invalid_client' },
      });
      expect(await asBearer('password', caller.studio.celtraSecretKey)).toMatchObject({
        status: 400,
        json: { error: 'unsupported_grant_type' },
      });
    });

    it.each([
      [{ status: 401, body: 'text', challenge: true }, 'Unauthorized', 'Basic realm="Celtra"'],
      [{ status: 403, body: 'json', challenge: false }, '{"error":"Unauthorized"}', null],
      [{ status: 401, body: 'empty', challenge: false }, '', null],
    ])('answers a wrong credential with %j', async (unauthorized, text, challenge) => {
      await caller.configure({ unauthorized });
      const answer = await ask({}, { authorization: 'Basic eDp5' });
      expect([answer.status, answer.text, answer.headers.get('www-authenticate')]).toEqual([
        unauthorized.status,
        text,
        challenge,
      ]);
    });

    it('takes Write Access from an app', async () => {
      await caller.configure({ readOnlyApps: ['acme'] });
      expect(await ask()).toMatchObject({ status: 403, json: { error: expect.stringContaining('Write Access') } });
    });

    it('lets an Origin header pass', async () => {
      const origin = { origin: 'https://example.com' };
      expect((await ask({}, origin)).status).toBe(403);
      await caller.configure({ origin: 'accepted' });
      expect((await ask({}, origin)).status).toBe(200);
    });
  });

  describe('of requests', () => {
    it.each<[string, Record<string, unknown>]>([
      ['trackingId', { trackingId: 'x' }],
      ['purpose', { purpose: 'live' }],
      ['png quality', { assetFormats: { Image: { image: { format: 'png', quality: 8 } } } }],
      ['format jpg', { assetFormats: { Image: { image: { format: 'jpg' } } } }],
      ['an ad server of the types', { assetFormats: { HTML: { html: { adServer: 'moloco' } } } }],
      ['a video preset', { assetFormats: { Video: { video: { preset: 'x264_hq' } } } }],
      ['a setting of nobody', { assetFormats: { Image: { image: { format: 'tiff', dpi: 300 } } } }],
    ])('takes %s and writes it down, or refuses it when strict', async (_name, body) => {
      const lenient = await ask({ ...body, caller: 'odd' });
      const { json } = await caller.control('GET', '/events');
      await caller.configure({ strict: true });
      expect([lenient.status, (await ask(body)).status]).toEqual([200, 400]);
      const [entry] = (json as { caller?: string; undocumented: string[] }[]).filter((event) => event.caller === 'odd');
      expect(entry?.undocumented).toHaveLength(1);
    });

    it.each<[string, Record<string, unknown>]>([
      ['an ad server of nobody', { assetFormats: { HTML: { html: { adServer: 'nobody' } } } }],
      ['a quality above 100', { assetFormats: { Image: { image: { format: 'jpeg', quality: 101 } } } }],
      ['a caller that is no text', { caller: 7 }],
    ])('never takes %s', async (_name, body) => {
      expect((await ask(body)).status).toBe(400);
    });

    it('takes trailing commas, not those in a text', async () => {
      const body = `{"filters":{"designFile":{"id":["${caller.studio.sampleDesignId}",],},},"caller":"a,]",}`;
      const before = await caller.post('export', body);
      await caller.configure({ trailingCommas: 'accepted' });
      const after = await caller.post('export', body);
      const { json } = await caller.control('GET', '/events');
      expect([before.status, after.status]).toEqual([400, 200]);
      expect(json).toContainEqual(expect.objectContaining({ caller: 'a,]' }));
    });

    it.each<[string, string, unknown]>([
      ['output under designFile', 'outputUnderDesignFile', { output: { name: ['x'] } }],
      ['bare values', 'bareLeaves', { name: 'x' }],
      ['operators that only types name', 'typedOperators', { name: [{ neq: 'x' }] }],
    ])('refuses %s', async (_name, setting, part) => {
      const filters = { designFile: { ...caller.sampleFilter.designFile, ...Object(part) } };
      expect((await ask({ filters })).status).toBe(200);
      await caller.configure({ [setting]: 'refused' });
      expect((await ask({ filters })).status).toBe(400);
    });

    it('overlooks a filter on the status', async () => {
      const filters = { ...caller.sampleFilter, output: { status: ['error'] } };
      expect((await ask({ filters })).status).toBe(400);
      await caller.configure({ unfilterablePaths: 'ignored' });
      expect(await caller.outputs({ filters })).toHaveLength((await caller.outputs()).length);
    });

    it.each([
      ['refused', 400, 0],
      ['matches nothing', 200, 0],
      ['matches all', 200, 12],
    ])('reads an empty list: %s', async (emptyLeaf, status, outputs) => {
      await caller.configure({ emptyLeaf });
      const answer = await ask({ filters: { ...caller.sampleFilter, output: { id: [] } } });
      expect(answer.status).toBe(status);
      expect(Array.isArray(answer.json) ? answer.json.length : 0).toBe(outputs);
    });

    it.each([
      ['empty', 200],
      [400, 400],
      [403, 403],
      [404, 404],
    ])('answers an unknown id: %s', async (unknownId, status) => {
      await caller.configure({ unknownId });
      for (const filters of [{ designFile: { id: ['nobody'] } }, { folder: { id: ['nobody'] } }])
        expect((await ask({ filters })).status).toBe(status);
      expect((await ask()).status).toBe(200);
    });

    it.each([
      ['work', 200, 12],
      ['empty', 200, 0],
      ['refused', 400, 0],
    ])('makes pins of old versions: %s', async (oldVersions, status, outputs) => {
      const [before] = await caller.outputs();
      const { id, contentBlobHash } = before?.designFile ?? { id: '', contentBlobHash: '' };
      await caller.control('POST', `/designs/${id}/edit`, {});
      await caller.configure({ oldVersions });
      const answer = await ask({ filters: { designFile: { version: [{ id, contentBlobHash }] } } });
      expect(answer.status).toBe(status);
      expect(Array.isArray(answer.json) ? answer.json.length : 0).toBe(outputs);
    });
  });
});
