import { requestAssetAddress, expiredAddressFailure } from '../../../activities/celtra/asset-address';
import { RemoteCallError, type RemoteCallErrorKind } from '../../../clients';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { aCeltraAsset, aCeltraOutput, TASK_ID } from '../../support/facts';
import { aCeltraClient, anActivity, failureOf, studiosWith } from '../activity-harness';

const request = {
  studio: 'acme',
  taskId: TASK_ID,
  assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } as const } },
  outputs: [{ outputId: 'output-1', designFileId: 'design-1', contentHash: 'hash-1' }],
  assetKey: 'image',
};
const { signal } = new AbortController();

const studiosAnswering = (...outputs: CeltraOutput[]) =>
  studiosWith({ celtra: aCeltraClient(() => Promise.resolve(outputs)) });
const failingOn = (attempt: number, ...outputs: CeltraOutput[]) =>
  failureOf(() => requestAssetAddress(studiosAnswering(...outputs), request, signal), anActivity({ attempt }));

describe('the address of a render', () => {
  it('is that of the asset that was chosen, even when there are others', async () => {
    const video = aCeltraAsset({ key: 'video', type: 'video', url: 'https://files.example/other' });
    const studios = studiosAnswering(aCeltraOutput('output-1', { assets: [video, aCeltraAsset()] }));
    const address = await anActivity().run(() => requestAssetAddress(studios, request, signal));
    expect(address).toBe('https://files.example/render.jpg?token=secret');
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
