import sharp from 'sharp';
import type { Sandbox } from '../../sandbox';
import { CeltraCaller, unzip } from './celtra-caller';
import { startQuickSandbox } from './start';

const rowsOf = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

describe("the archives and tables of Celtra's stand-in", () => {
  let sandbox: Sandbox;
  let caller: CeltraCaller;
  let filters: Record<string, unknown>;

  beforeEach(async () => {
    sandbox = await startQuickSandbox();
    caller = new CeltraCaller(sandbox);
    filters = { ...caller.sampleFilter, output: { mediaLineItem: { formatRegistrationId: ['com.celtra.image'] } } };
  });
  afterEach(() => sandbox.stop());

  it('pack every finished asset and text', async () => {
    const { status, headers, bytes } = await caller.postForBytes('exportToZip', {
      filters,
      assetFormats: { Image: { image: { format: 'jpeg' } } },
    });
    const files = await unzip(bytes);
    const pictures = [...files].filter(([name]) => name.endsWith('.jpg'));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/zip');
    expect(pictures).toHaveLength(3);
    expect(await sharp(pictures[0]?.[1]).metadata()).toMatchObject({ format: 'jpeg', width: 320 });
    expect([...files.keys()].filter((name) => name.endsWith('/headline.txt'))).not.toEqual([]);
  });

  it.each([
    ['exportToZip', {}, 'export.zip'],
    ['exportToZip', { filename: 'Exported outputs' }, 'Exported outputs.zip'],
    ['exportToTsv', {}, 'export.tsv'],
    ['exportToTsv', { filename: 'Exported outputs', responseFormat: 'urls' }, 'Exported outputs.tsv'],
    ['exportToTsv', { filename: 'Exported outputs', responseFormat: 'paths' }, 'Exported outputs.zip'],
  ])('name the file of %s with %j %s', async (endpoint, body, name) => {
    const { headers } = await caller.postForBytes(endpoint, { filters, ...body });
    expect(headers.get('content-disposition')).toContain(`attachment; filename="${name}"`);
  });

  it('keep a name of other letters than those of ASCII', async () => {
    const { headers } = await caller.postForBytes('exportToZip', { filters, filename: 'Früh"jahr' });
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="Fr_h_jahr.zip"; filename*=UTF-8''Fr%C3%BCh%22jahr.zip`,
    );
  });

  it('list addresses that need no credential', async () => {
    const answer = await caller.post('exportToTsv', { filters });
    const [head = [], ...rows] = rowsOf(answer.text);
    const images = rows.filter((row) => row[head.indexOf('type')] === 'Image');
    const file = await fetch(images[0]?.[head.indexOf('asset_link')] ?? '');
    expect(answer.headers.get('content-type')).toContain('text/tab-separated-values');
    expect(head.slice(0, 4)).toEqual(['output_id', 'output_name', 'status', 'asset']);
    expect(images).toHaveLength(3);
    expect(file.headers.get('content-type')).toBe('image/png');
    await file.arrayBuffer();
  });

  it('put the table into the archive, with paths that are there', async () => {
    const { bytes } = await caller.postForBytes('exportToTsv', { filters, responseFormat: 'paths' });
    const files = await unzip(bytes);
    const [head = [], ...rows] = rowsOf(files.get('export.tsv')?.toString() ?? '');
    const links = rows.map((row) => row[head.indexOf('asset_link')] ?? '');
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !files.has(link))).toEqual([]);
  });

  it('have the columns that were asked of them', async () => {
    await caller.configure({ tsvColumns: ['asset', 'output_id'] });
    expect((await caller.post('exportToTsv', { filters })).text.split('\n')[0]).toBe('asset\toutput_id');
  });

  it('leave out what is pending', async () => {
    await caller.configure({ rendersTakePolls: 1 });
    const first = await unzip((await caller.postForBytes('exportToZip', { filters })).bytes);
    const second = await unzip((await caller.postForBytes('exportToZip', { filters })).bytes);
    const pictures = (files: Map<string, Buffer>): number =>
      [...files.keys()].filter((name) => name.endsWith('.png')).length;
    expect([pictures(first), pictures(second)]).toEqual([0, 3]);
  });

  it('wait for what is pending where the setting says so', async () => {
    await caller.configure({ rendersTakePolls: 2, archivesWhilePending: 'wait' });
    const rows = rowsOf((await caller.post('exportToTsv', { filters })).text);
    expect(rows.filter((row) => row.includes('Image'))).toHaveLength(3);
  });

  it('refuse while something is pending where the setting says so', async () => {
    await caller.configure({ rendersTakePolls: 1, archivesWhilePending: 'refuse' });
    expect((await caller.post('exportToTsv', { filters })).status).toBe(400);
    expect((await caller.post('exportToTsv', { filters })).status).toBe(200);
  });

  it('treat "assets" as "paths", unless they are strict', async () => {
    const body = { filters, responseFormat: 'assets' };
    const lenient = await caller.postForBytes('exportToTsv', body);
    await caller.configure({ strict: true });
    expect(lenient.bytes.subarray(0, 2).toString()).toBe('PK');
    expect((await caller.post('exportToTsv', body)).status).toBe(400);
  });

  it.each(['exportToZip', 'exportToTsv'])('refuse at %s what /export refuses', async (endpoint) => {
    expect((await caller.post(endpoint, { filters: { output: { id: ['x'] } } })).status).toBe(400);
    expect((await caller.post(endpoint, { filters }, { authorization: 'Basic eDp5' })).status).toBe(401);
    expect((await fetch(`${sandbox.celtraUrl}/${endpoint}`)).status).toBe(405);
  });

  it('are written down with their bytes, so that the judge knows them', async () => {
    await caller.postForBytes('exportToZip', { filters, caller: 'archivist' });
    const { json } = await caller.control('GET', '/events');
    expect(json).toContainEqual(
      expect.objectContaining({ kind: 'celtra', endpoint: 'exportToZip', caller: 'archivist' }),
    );
    expect(json).toContainEqual(
      expect.objectContaining({ kind: 'file', format: 'png', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }),
    );
  });
});
