import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';
import { request } from 'undici';
import { z } from 'zod';

import {
  createCeltraClient,
  createDispatcher,
  downloadToFile,
  type CeltraClient,
  type ExportRequest,
} from '../../../clients';
import { toCandidates } from '../../../domain/plan/candidate';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import type { FilterTree } from '../../../domain/recipe/recipe';
import { deliverableAsset } from '../../../domain/render/rendered-asset';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { unzip } from '../../sandbox/celtra-caller';

/** The worked use cases of docs/reference/celtra.md#use-cases, each against the sandbox. */
describe("Celtra's own examples", () => {
  const dispatcher = createDispatcher();
  let sandbox: Sandbox;
  let client: CeltraClient;
  let folder: string;
  /** The project of every kind of output, and the others of the same studio. */
  let project: string;
  let everything: CeltraOutput[];
  let accountId: string;
  let folderId: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-use-cases-'));
    sandbox = await startSandbox({
      seed: 'use-cases',
      day: { tasks: 2 },
      celtra: { rendersTakePolls: 0, pictures: 'flat' },
    });
    const [studio] = sandbox.studios;
    if (studio === undefined) throw new Error('The sandbox has no studio.');
    client = createCeltraClient(
      {
        baseUrl: sandbox.celtraUrl,
        applicationId: studio.celtraApplicationId,
        secretKey: studio.celtraSecretKey,
      },
      { dispatcher },
    );
    ({ sampleDesignId: project, celtraFolderId: folderId } = studio);
    everything = await exported({ folder: { id: [folderId] } });
    accountId = z.object({ id: z.string() }).parse(everything[0]?.facts['account']).id;
  });
  afterAll(async () => {
    await dispatcher.destroy();
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });

  const caller = 'hannahFacebookIntegrationScript';
  const exported = (filters: FilterTree, more: Partial<ExportRequest> = {}): Promise<CeltraOutput[]> =>
    client.exportOutputs({ filters, caller, ...more });
  const idsOf = (outputs: readonly CeltraOutput[]): string[] => outputs.map(({ outputId }) => outputId).sort();
  const idsWhere = (isMeant: (output: CeltraOutput) => boolean): string[] => idsOf(everything.filter(isMeant));
  const modifiedAt = (output: CeltraOutput | undefined): string =>
    z.object({ lastModificationTimestamp: z.string() }).parse(output?.facts['designFile']).lastModificationTimestamp;
  const formatOf = (output: CeltraOutput): unknown =>
    (output.facts['mediaLineItem'] as { formatRegistrationId?: string } | null | undefined)?.formatRegistrationId;
  const languageOf = (output: CeltraOutput): unknown =>
    (output.facts['contentDimensionsByName'] as Record<string, string>)['Language'];
  const later = (stamp: string, seconds: number): string =>
    new Date(Date.parse(`${stamp.replace(' ', 'T')}Z`) + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const saved = (name: string): string => path.join(folder, name);

  describe('select outputs', () => {
    it('of one project', async () => {
      const found = await exported({ designFile: { id: [project] } });
      expect(found.length).toBeGreaterThan(10);
      expect(idsOf(found)).toEqual(idsWhere(({ designFile }) => designFile.id === project));
    });

    it('of several projects', async () => {
      const ids = [...new Set(everything.map(({ designFile }) => designFile.id))];
      expect(ids.length).toBeGreaterThan(1);
      expect(idsOf(await exported({ designFile: { id: ids } }))).toEqual(idsOf(everything));
    });

    it('of a folder', async () => {
      const found = await exported({ folder: { id: [folderId] } });
      expect(found.every(({ facts }) => (facts['folder'] as { id: string }).id === folderId)).toBe(true);
    });

    it('of an account whose projects were changed in a window', async () => {
      const stamp = modifiedAt(everything.find(({ designFile }) => designFile.id === project));
      const window = { gte: stamp, lt: later(stamp, 1) };
      const found = await exported({
        account: { id: [accountId] },
        designFile: { lastModificationTimestamp: [window] },
      });
      expect(idsOf(found)).toEqual(idsWhere((output) => modifiedAt(output) === stamp));
      expect(found.length).toBeLessThan(everything.length);
    });

    it('not of an account whose projects were changed at the end of the window', async () => {
      const stamp = modifiedAt(everything.find(({ designFile }) => designFile.id === project));
      const window = { gte: later(stamp, -60), lt: stamp };
      const found = await exported({
        account: { id: [accountId] },
        designFile: { id: [project], lastModificationTimestamp: [window] },
      });
      expect(found).toEqual([]);
    });

    it('of an account whose projects were changed in one of two windows', async () => {
      const stamps = [...new Set(everything.map(modifiedAt))];
      expect(stamps.length).toBeGreaterThan(1);
      const windows = stamps.map((stamp) => ({ gte: stamp, lt: later(stamp, 1) }));
      const found = await exported({
        account: { id: [accountId] },
        designFile: { lastModificationTimestamp: windows },
      });
      expect(idsOf(found)).toEqual(idsOf(everything));
    });

    it('changed between two dates without a time, as the page on time ranges writes them', async () => {
      const window = { gt: '2020-02-01', lte: '2020-02-28' };
      expect(await exported({ designFile: { id: [project], lastModificationTimestamp: [window] } })).toEqual([]);
      const open = { gt: '2020-02-01', lte: later(modifiedAt(everything[0]), 86_400 * 2).slice(0, 10) };
      const found = await exported({ designFile: { id: [project], lastModificationTimestamp: [open] } });
      expect(idsOf(found)).toEqual(idsWhere(({ designFile }) => designFile.id === project));
    });

    it('that are images in two languages of one project', async () => {
      const found = await exported({
        designFile: { id: [project] },
        output: {
          mediaLineItem: { formatRegistrationId: ['com.celtra.image'] },
          contentDimensionsByName: { Language: ['en', 'fr'] },
        },
      });
      expect(found.map(formatOf)).toEqual(['com.celtra.image', 'com.celtra.image']);
      expect(found.map(languageOf).sort()).toEqual(['en', 'fr']);
    });

    it('that are images in two languages of a project changed since a day, as the worked example has it', async () => {
      const found = await exported({
        account: { id: [accountId] },
        designFile: { id: [project], lastModificationTimestamp: [{ gt: '2023-03-01 00:00:00' }] },
        output: {
          mediaLineItem: { formatRegistrationId: ['com.celtra.image'] },
          contentDimensionsByName: { Language: ['en', 'fr'] },
        },
      });
      expect(found.map(languageOf).sort()).toEqual(['en', 'fr']);
    });

    it('by names that are case-sensitive', async () => {
      const output = { contentDimensionsByName: { Language: ['EN'] } };
      expect(await exported({ designFile: { id: [project] }, output })).toEqual([]);
    });

    it.each([
      'com.celtra.image',
      'com.celtra.video',
      'com.celtra.html',
      'com.celtra.meta.image',
      'com.celtra.meta.video',
      'com.celtra.meta.carousel',
      'com.celtra.youtube.video',
    ])('of the format %s', async (format) => {
      const found = await exported({
        designFile: { id: [project] },
        output: { mediaLineItem: { formatRegistrationId: [format] } },
      });
      expect(new Set(found.map(formatOf))).toEqual(new Set([format]));
    });

    it('that were chosen before', async () => {
      const [first, second] = idsWhere(({ designFile }) => designFile.id === project);
      const ids = [first ?? '', second ?? ''];
      const found = await exported({ designFile: { id: [project] }, output: { id: ids } });
      expect(idsOf(found)).toEqual(ids);
    });

    it('by activation', async () => {
      const found = await exported({ designFile: { id: [project] }, output: { activation: { id: ['a1'] } } });
      expect(found.length).toBeGreaterThan(0);
      expect(found.map(({ facts }) => facts['activation'])).toEqual(
        found.map((): unknown => expect.objectContaining({ id: 'a1' })),
      );
    });

    it('by a custom attribute of their project', async () => {
      const by = (Season: string) =>
        exported({ folder: { id: [folderId] }, designFile: { customAttributesByName: { Season: [Season] } } });
      expect(idsOf(await by('SS27'))).toEqual(idsOf(everything));
      expect(await by('AW27')).toEqual([]);
    });
  });

  it('pin a version, so that an edit in between changes nothing', async () => {
    const [studio] = [sandbox.studios[1]];
    const other = createCeltraClient(
      {
        baseUrl: sandbox.celtraUrl,
        applicationId: studio?.celtraApplicationId ?? '',
        secretKey: studio?.celtraSecretKey ?? '',
      },
      { dispatcher },
    );
    const filters = { designFile: { id: [studio?.sampleDesignId ?? ''] } };
    const [before] = await other.exportOutputs({ filters, caller });
    await request(`${sandbox.controlUrl}/designs/${studio?.sampleDesignId ?? ''}/edit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).then(({ body }) => body.dump());
    const outputIds = [before?.outputId ?? ''];
    const pinnedVersions = [{ id: before?.designFile.id ?? '', contentHash: before?.designFile.contentHash ?? '' }];
    const [pinned] = await other.exportOutputs({ filters, pinnedVersions, outputIds, caller });
    const [now] = await other.exportOutputs({ filters, outputIds, caller });
    expect(pinned?.assets[0]?.blobHash).toBe(before?.assets[0]?.blobHash);
    expect(now?.assets[0]?.blobHash).not.toBe(before?.assets[0]?.blobHash);
  });

  describe('ask for a format', () => {
    const images: FilterTree = {
      get designFile() {
        return { id: [project] };
      },
      output: {
        mediaLineItem: { formatRegistrationId: ['com.celtra.image'] },
        contentDimensionsByName: { Language: ['en'] },
      },
    };

    it.each([
      [{ format: 'png', colors: 64 } as const, 'png'],
      [{ format: 'jpeg', quality: 85 } as const, 'jpeg'],
      [{ format: 'tiff' } as const, 'tiff'],
      [{ format: 'webp' } as const, 'webp'],
    ])('%j', async (image, format) => {
      const [output] = await exported(images, { assetFormats: { Image: { image } } });
      const file = saved(`asked.${format}`);
      const asset = output?.assets.find(({ type }) => type === 'image');
      await downloadToFile({ url: asset?.url ?? '', path: file, maxBytes: 1_000_000, dispatcher, allowLoopback: true });
      expect(await sharp(file).metadata()).toMatchObject({ format, width: asset?.width, height: asset?.height });
    });

    it('a JPEG under a size', async () => {
      const assetFormats = { Image: { image: { format: 'jpeg', maxSizeKb: 10 } } } as const;
      const [output] = await exported(images, { assetFormats });
      const url = output?.assets.find(({ type }) => type === 'image')?.url ?? '';
      const { bytes } = await downloadToFile({
        url,
        path: saved('small.jpg'),
        maxBytes: 1_000_000,
        dispatcher,
        allowLoopback: true,
      });
      expect(bytes).toBeLessThanOrEqual(10_000);
    });

    it('a PNG with the quality that the page prints, which is refused before it is sent', async () => {
      const assetFormats = { Image: { image: { format: 'png', quality: 8 } } } as never;
      await expect(exported(images, { assetFormats })).rejects.toThrow('does not take quality');
    });

    it('HTML for an ad server', async () => {
      const [output] = await exported(
        { designFile: { id: [project] }, output: { mediaLineItem: { formatRegistrationId: ['com.celtra.html'] } } },
        { assetFormats: { HTML: { html: { adServer: 'generic' } } } },
      );
      const asset = output?.assets.find(({ type }) => type === 'html');
      expect(asset).toMatchObject({ status: 'finished', extension: 'zip' });
      const file = saved('ad.zip');
      await downloadToFile({ url: asset?.url ?? '', path: file, maxBytes: 1_000_000, dispatcher, allowLoopback: true });
      expect(await namesInArchive(file)).toContain('index.html');
    });

    it.each([
      'generic',
      'flashtalking',
      'googleAds',
      'googleAdsUac',
      'googleAdManager',
      'campaignManager360',
      'displayVideo360',
      'dcStudio',
      'ttd',
      'revjet',
      'simplifi',
      'xandr',
      'liftoff',
      'adform',
      'innovid',
    ])('HTML for the ad server %s', async (adServer) => {
      const [output] = await exported(
        { designFile: { id: [project] }, output: { mediaLineItem: { formatRegistrationId: ['com.celtra.html'] } } },
        { assetFormats: { HTML: { html: { adServer } } } },
      );
      const url = output?.assets.find(({ type }) => type === 'html')?.url ?? '';
      const file = saved(`${adServer}.zip`);
      await downloadToFile({ url, path: file, maxBytes: 1_000_000, dispatcher, allowLoopback: true });
      const page = (await unzip(await readFile(file))).get('index.html');
      expect(page?.toString()).toContain(`<!-- ${adServer}, revision`);
    });
  });

  describe('by format registration', () => {
    it.each([
      ['com.celtra.image', 'image'],
      ['com.celtra.video', 'video'],
      ['com.celtra.html', 'html'],
      ['com.celtra.meta.image', 'image'],
      ['com.celtra.meta.video', 'video'],
      ['com.celtra.youtube.video', 'video'],
    ])('%s is found and has one file to deliver, %s', async (format, key) => {
      const found = await exported({
        designFile: { id: [project] },
        output: { mediaLineItem: { formatRegistrationId: [format] } },
      });
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((output) => deliverableAsset(output)?.key))).toEqual(new Set([key]));
    });

    it('com.celtra.meta.carousel is found, and each of its cards is a file to deliver', async () => {
      const found = await exported({
        designFile: { id: [project] },
        output: { mediaLineItem: { formatRegistrationId: ['com.celtra.meta.carousel'] } },
      });
      expect(found.map((output) => deliverableAsset(output))).toEqual([undefined]);
      const cards = toCandidates(found, { outputTemplate: '{{ asset.position }} {{ asset.type }}' });
      expect(cards.map(({ key }) => key)).toEqual(['1 image', '2 video']);
    });
  });

  it('give the name of the calling program to Celtra', async () => {
    await exported({ designFile: { id: [project] } }, { caller: 'use-case-caller' });
    const { body } = await request(`${sandbox.controlUrl}/events`);
    expect(await body.json()).toContainEqual(expect.objectContaining({ kind: 'celtra', caller: 'use-case-caller' }));
  });

  it('list the same outputs as JSON Lines as in JSON', async () => {
    const lines: CeltraOutput[] = [];
    for await (const output of client.exportOutputsAsLines({ filters: { designFile: { id: [project] } }, caller })) {
      lines.push(output);
    }
    expect(idsOf(lines)).toEqual(idsWhere(({ designFile }) => designFile.id === project));
  });

  describe('ask for one file', () => {
    const files = () => {
      const outputs = everything.filter(({ designFile }) => designFile.id === project);
      return outputs.flatMap(({ assets }) => assets.filter(({ type }) => type !== 'text'));
    };
    const wanted = () => ({ filters: { designFile: { id: [project] } }, caller, filename: 'Exported outputs' });

    it('as a ZIP of that name, with the files of all outputs', async () => {
      const file = await client.exportToZip(wanted());
      expect(file.kind).toBe('zip');
      await file.saveTo(saved('all.zip'));
      const names = await namesInArchive(saved('all.zip'));
      expect(names.filter((name) => !name.endsWith('.txt'))).toHaveLength(files().length);
    });

    it('as a TSV of that name, with links that can be fetched', async () => {
      const file = await client.exportToTsv({ ...wanted(), responseFormat: 'urls' });
      expect(file.kind).toBe('tsv');
      await file.saveTo(saved('all.tsv'));
      const links = (await readFile(saved('all.tsv'), 'utf8')).match(/http:\/\/\S+/g) ?? [];
      const links200 = await Promise.all(links.map((url) => statusOf(url)));
      expect(links200.filter((status) => status === 200).length).toBeGreaterThanOrEqual(files().length);
    });

    it('as a ZIP with the TSV and the files beside it', async () => {
      const file = await client.exportToTsv({ ...wanted(), responseFormat: 'paths' });
      expect(file.kind).toBe('zip');
      await file.saveTo(saved('table.zip'));
      const names = await namesInArchive(saved('table.zip'));
      expect(names.filter((name) => name.endsWith('.tsv'))).toHaveLength(1);
      expect(names.filter((name) => !/\.(?:tsv|txt)$/.test(name))).toHaveLength(files().length);
    });
  });

  const statusOf = async (url: string): Promise<number> => {
    const { statusCode, body } = await request(url, { dispatcher });
    await body.dump();
    return statusCode;
  };
});

async function namesInArchive(file: string): Promise<string[]> {
  return [...(await unzip(await readFile(file))).keys()];
}
