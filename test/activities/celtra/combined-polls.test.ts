import { createCeltraActivities } from '../../../activities/celtra/celtra-activities';
import { celtraStandIn } from '../../clients/celtra/celtra-stand-in';
import { run, studiosWith } from '../activity-harness';

const start = celtraStandIn();
const TASKS = ['1ee19fe9-3e5a-4f6e-8e0f-0d9c1a2b3c4d', '2ee19fe9-3e5a-4f6e-8e0f-0d9c1a2b3c4d'];

interface Poll {
  readonly filters: {
    readonly designFile: { readonly version: readonly { readonly id: string; readonly contentBlobHash: string }[] };
    readonly output: { readonly id: readonly string[] };
  };
}

/** What Celtra answers to a poll of one design: each output that it names, rendered. */
function rendered(body: string): string {
  const { designFile, output } = (JSON.parse(body) as Poll).filters;
  const image = { type: 'Image', status: 'finished', width: 10, height: 20, extension: 'jpg', url: 'https://f/x' };
  return JSON.stringify(
    output.id.map((id) => ({
      id,
      status: 'finished',
      designFile: designFile.version[0],
      assets: { image },
    })),
  );
}

describe('polls of two tasks', () => {
  const poll = async (designs: readonly string[]) => {
    const { client, server } = await start((response, { body }) => response.end(rendered(body.toString())));
    const { awaitRenders } = createCeltraActivities(studiosWith({ celtra: client }));
    const renders = await Promise.all(
      designs.map((contentHash, index) =>
        run(awaitRenders, {
          studio: 'acme',
          taskId: TASKS[index] ?? '',
          filters: { designFile: { id: ['design-1'] } },
          assetFormats: { Image: { image: { format: 'jpeg' } } },
          outputs: [{ outputId: `output-${index}`, designFileId: 'design-1', contentHash }],
        }),
      ),
    );
    return { requests: server.seen.length, outputs: renders.map(({ assets }) => assets.map((one) => one.outputId)) };
  };

  it('for one design that fall together are one request', async () => {
    await expect(poll(['hash-1', 'hash-1'])).resolves.toEqual({ requests: 1, outputs: [['output-0'], ['output-1']] });
  });

  it('for two versions of a design are two requests', async () => {
    await expect(poll(['hash-1', 'hash-2'])).resolves.toMatchObject({ requests: 2 });
  });
});
