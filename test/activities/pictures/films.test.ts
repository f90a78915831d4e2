import { createSpool } from '../../../activities/transfer/spool';
import { createFetchActivities } from '../../../activities/transfer/transfer-activities';
import { mp4Clip } from '../../../sandbox/pictures/animation';
import { closingAfterEach, startServer } from '../../clients/test-server';
import { aCeltraAsset, aCeltraOutput, TASK_ID } from '../../support/facts';
import { aCeltraClient, failureOf, folderForEach, run, studiosWith } from '../activity-harness';

const closing = closingAfterEach();
const folder = folderForEach();
const film = mp4Clip({ width: 128, height: 64 }, 'film');

/** A host that serves a film, whatever is asked for, and a Celtra that gives addresses there. */
async function stage(served: Buffer = film) {
  const server = await startServer((_, response) => response.writeHead(200).end(served));
  closing(() => server.close());
  const url = `${server.origin}/front.jpg`;
  const celtra = aCeltraClient(() => Promise.resolve([aCeltraOutput('output-1', { assets: [aCeltraAsset({ url })] })]));
  const activities = createFetchActivities(studiosWith({ celtra }), createSpool(folder(), 'extpost-transfer/host-1'));
  return { url, ...activities };
}

describe('a film', () => {
  it('that a person supplies is measured by its container', async () => {
    const { url, fetchSuppliedFile } = await stage();
    const request = { studio: 'acme', taskId: TASK_ID, expectedKey: 'shot/clip/1', url };
    const file = await run(fetchSuppliedFile, request);
    expect(file).toMatchObject({ format: 'mp4', bytes: film.length, width: 128, height: 64, outputId: 'supplied' });
    expect(file.film).toMatchObject({ framesPerSecond: 6, seconds: 1, codecs: ['avc1.42000a'] });
    expect(file.details).toBeUndefined();
  });

  const requested = (extension: string) => ({
    studio: 'acme',
    taskId: TASK_ID,
    output: { outputId: 'output-1', designFileId: 'design-1' },
    asset: { outputId: 'output-1', assetKey: 'image', type: 'video' as const, extension },
    assetFormats: {},
    isFilm: true,
  });

  it('that a recipe delivers is measured by its container', async () => {
    const { fetchRenders } = await stage();
    const [file] = await run(fetchRenders, { files: [requested('mp4')] });
    expect(file).toMatchObject({ format: 'mp4', width: 128, height: 64, film: { framesPerSecond: 6, seconds: 1 } });
  });

  it('that a recipe delivers and that is cut off is fetched again', async () => {
    const { fetchRenders } = await stage(film.subarray(0, 600));
    const failure = await failureOf(() => fetchRenders({ files: [requested('mp4')] }));
    expect([failure.nonRetryable, failure.message]).toEqual([
      false,
      expect.stringContaining('The film that was served is incomplete: its index (the box moov) ends in the middle'),
    ]);
  });

  it('that Celtra’s file host serves for a picture is reported as one, so that an operator decides', async () => {
    const { fetchRenders } = await stage();
    const failure = await failureOf(() =>
      fetchRenders({
        files: [
          {
            studio: 'acme',
            taskId: TASK_ID,
            output: { outputId: 'output-1', designFileId: 'design-1' },
            asset: { outputId: 'output-1', assetKey: 'image', type: 'image', extension: 'jpg' },
            assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
          },
        ],
      }),
    );
    expect([failure.type, failure.message]).toEqual(['Film', expect.stringContaining('output-1 is a film (mp4)')]);
  });
});
