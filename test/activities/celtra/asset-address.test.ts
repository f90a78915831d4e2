import { expiredAddressFailure, RenderAddresses, type AddressedRender } from '../../../activities/celtra/asset-address';
import { createAddressSeal } from '../../../activities/creative-force/address-seal';
import { sealAddresses } from '../../../activities/celtra/sealed-addresses';
import type { ExportRequest, RemoteCallErrorKind } from '../../../clients';
import { RemoteCallError } from '../../../clients/remote-call-error';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import type { SealedAddresses } from '../../../domain/render/renders';
import { aCeltraAsset, aCeltraOutput, TASK_ID } from '../../support/facts';
import { aCeltraClient, anActivity, failureOf, studiosWith } from '../activity-harness';

const render = (outputId: string, changes: Partial<AddressedRender> = {}): AddressedRender => ({
  studio: 'acme',
  taskId: TASK_ID,
  output: { outputId, designFileId: 'design-1', contentHash: 'hash-1' },
  asset: { assetKey: 'image' },
  assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
  ...changes,
});
const { signal } = new AbortController();

const seal = createAddressSeal('client-secret');

/** What an earlier answer of Celtra has told of renders, as it is kept for their download. */
function keptOf(renders: readonly AddressedRender[], outputs: readonly CeltraOutput[], sealing = seal) {
  return renders.flatMap(({ taskId, output, assetFormats }) => {
    const asset = { outputId: output.outputId, assetKey: 'image', type: 'image' as const };
    return sealAddresses(sealing, { taskId, outputs: [output], assetFormats }, [asset], outputs);
  });
}

/** The addresses of a batch, of a Celtra that shows these outputs; `asked` is what it was asked. */
function batchOf(
  renders: readonly AddressedRender[],
  outputs: readonly CeltraOutput[],
  sealed: readonly SealedAddresses[] = [],
) {
  const asked: ExportRequest[] = [];
  const celtra = aCeltraClient((request) => {
    asked.push(request);
    return Promise.resolve(outputs.filter(({ outputId }) => request.outputIds?.includes(outputId)));
  });
  return {
    asked,
    addresses: new RenderAddresses(
      studiosWith({ celtra, seal }),
      renders,
      signal,
      sealed.map((one) => one.sealed),
    ),
  };
}

const failingOn = (attempt: number, ...outputs: CeltraOutput[]) => {
  const one = render('output-1');
  return failureOf(() => batchOf([one], outputs).addresses.of(one), anActivity({ attempt }));
};

const at = (outputId: string, url = `https://files.example/${outputId}`, contentHash = 'hash-1') =>
  aCeltraOutput(outputId, { designFile: { id: 'design-1', contentHash }, assets: [aCeltraAsset({ url })] });

describe('addresses that Celtra has given before', () => {
  const first = { outputId: 'output-1', designFileId: 'design-1' };
  const renders = [render('output-1'), render('output-2')];
  const before = [at('output-1', 'https://files.example/old-1'), at('output-2', 'https://files.example/old-2')];
  const now = [at('output-1'), at('output-2')];
  const urls = (addresses: RenderAddresses) =>
    anActivity().run(() => Promise.all(renders.map((one) => addresses.of(one))));

  it('are used without asking', async () => {
    const { asked, addresses } = batchOf(renders, now, keptOf(renders, before));
    expect(await urls(addresses)).toEqual([
      { url: 'https://files.example/old-1', isKept: true },
      { url: 'https://files.example/old-2', isKept: true },
    ]);
    expect(asked).toEqual([]);
  });

  it('are replaced by one request when they are refused', async () => {
    const { asked, addresses } = batchOf(renders, now, keptOf(renders, before));
    await urls(addresses);
    const renewed = await anActivity().run(() => Promise.all(renders.map((one) => addresses.renewed(one))));
    expect(renewed).toEqual(now.map(({ outputId }) => ({ url: `https://files.example/${outputId}`, isKept: false })));
    expect(asked).toHaveLength(1);
  });

  it.each<[string, readonly SealedAddresses[]]>([
    [
      'another version of the design',
      keptOf([render('output-1', { output: { ...first, contentHash: 'hash-0' } })], before),
    ],
    ['another format', keptOf([render('output-1', { assetFormats: {} })], before)],
    ['another output', keptOf([render('output-3')], [at('output-3')])],
    ['a worker with another secret', keptOf(renders, before, createAddressSeal('another secret'))],
    ['another task', keptOf([render('output-1', { taskId: 'another-task' })], before)],
    ['nobody', [{ of: ['output-1/image'], sealed: 'no sealed text' }]],
  ])('are not used when they are those of %s', async (_what, sealed) => {
    const { addresses } = batchOf(renders, now, sealed);
    expect(await urls(addresses)).toMatchObject([{ isKept: false }, { isKept: false }]);
  });
});

describe('the addresses of a batch', () => {
  const allOf = (addresses: RenderAddresses, renders: readonly AddressedRender[]) =>
    anActivity().run(() => Promise.all(renders.map(async (one) => (await addresses.of(one)).url)));

  it('are asked for in one request, however many files want theirs', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `output-${index}`);
    const renders = ids.map((id) => render(id));
    const { asked, addresses } = batchOf(
      renders,
      ids.map((id) => at(id)),
    );
    expect(await allOf(addresses, renders)).toEqual(ids.map((id) => `https://files.example/${id}`));
    expect(asked.map(({ outputIds }) => outputIds)).toEqual([ids]);
  });

  it('are asked for once for each asset format', async () => {
    const renders = [render('output-1'), render('output-2', { assetFormats: {} }), render('output-3')];
    const { asked, addresses } = batchOf(
      renders,
      renders.map(({ output }) => at(output.outputId)),
    );
    await allOf(addresses, renders);
    expect(asked.map(({ outputIds }) => outputIds)).toEqual([['output-1', 'output-3'], ['output-2']]);
  });

  it('are those of each render’s own version of the design', async () => {
    const newer = { outputId: 'output-1', designFileId: 'design-1', contentHash: 'hash-2' };
    const renders = [render('output-1'), render('output-1', { output: newer })];
    const shown = [at('output-1', 'https://files.example/old'), at('output-1', 'https://files.example/new', 'hash-2')];
    const { addresses } = batchOf(renders, shown);
    expect(await allOf(addresses, renders)).toEqual(['https://files.example/old', 'https://files.example/new']);
  });

  it('are there for the others when one render has failed', async () => {
    const failed = aCeltraOutput('output-2', { assets: [aCeltraAsset({ status: 'error', error: 'Font missing' })] });
    const renders = [render('output-1'), render('output-2')];
    const { addresses } = batchOf(renders, [at('output-1'), failed]);
    const ends = await anActivity({ attempt: 3 }).run(() =>
      Promise.allSettled(renders.map((one) => addresses.of(one))),
    );
    expect(ends).toMatchObject([
      { value: { url: 'https://files.example/output-1' } },
      { reason: { type: 'RenderFailed' } },
    ]);
  });
});

describe('the address of a render', () => {
  it('is that of the asset that was chosen, even when there are others', async () => {
    const video = aCeltraAsset({ key: 'video', type: 'video', url: 'https://files.example/other' });
    const one = render('output-1');
    const { addresses } = batchOf([one], [aCeltraOutput('output-1', { assets: [video, aCeltraAsset()] })]);
    const address = await anActivity().run(() => addresses.of(one));
    expect(address).toMatchObject({ url: 'https://files.example/render.jpg?token=secret' });
  });

  it('is never that of another version of the design', async () => {
    const edited = aCeltraOutput('output-1', { designFile: { id: 'design-1', contentHash: 'hash-2' } });
    expect(await failingOn(1, edited)).toMatchObject({ type: 'Transient', nonRetryable: false });
    expect(await failingOn(4, edited)).toMatchObject({
      type: 'CreativeVanished',
      nonRetryable: true,
      message: expect.stringContaining('the design has been changed since'),
    });
  });

  it('is asked for again while Celtra has none', async () => {
    const pending = aCeltraOutput('output-1', { assets: [aCeltraAsset({ status: 'pending', url: undefined })] });
    expect(await failingOn(9, pending)).toMatchObject({ type: 'Transient', nonRetryable: false });
  });

  it('fails with Celtra’s reason when the render has failed since', async () => {
    const failed = aCeltraOutput('output-1', { assets: [aCeltraAsset({ status: 'error', error: 'Font missing' })] });
    expect(await failingOn(1, failed)).toMatchObject({ type: 'Transient' });
    expect(await failingOn(3, failed)).toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining('asset image: Font missing'),
    });
  });
});

describe('an address that the file host does not take', () => {
  const refusal = (kind: RemoteCallErrorKind, code?: string) =>
    new RemoteCallError('Refused.', { system: 'Celtra files', endpoint: 'GET host', kind, code, mayHaveActed: false });
  const judgedOn = (attempt: number, error: RemoteCallError) =>
    anActivity({ attempt }).run(() => Promise.resolve(expiredAddressFailure(error, 'output-1')));

  it.each<[RemoteCallErrorKind, string | undefined]>([
    ['unauthorized', undefined],
    ['forbidden', undefined],
    ['not found', undefined],
    ['transient', 'HTML'],
  ])('is asked for anew: %s', async (kind, code) => {
    const failure = await judgedOn(1, refusal(kind, code));
    expect(failure).toMatchObject({ type: 'Transient', nonRetryable: false });
  });

  it('is given up after five of them, with the output’s name', async () => {
    expect(await judgedOn(5, refusal('forbidden'))).toMatchObject({
      type: 'Refused',
      nonRetryable: true,
      message: expect.stringContaining('refused 5 addresses of output output-1'),
    });
  });

  it('is no matter of addresses when the host has a bad moment', async () => {
    expect(await judgedOn(9, refusal('transient'))).toBeUndefined();
  });
});
