import fc from 'fast-check';

import { createCeltraClient, type CeltraClient } from '../../clients';
import { anyAnswer, anyJson, endOf, keysOf, mutated, send, withExtraKeys, type OddAnswer } from './odd-answers';
import { closingAfterEach, dispatcherFor, startServer } from './test-server';

const onClose = closingAfterEach();

const printed = (id: string) => ({
  id,
  name: 'Front, English',
  status: 'finished',
  previewUrl: 'https://acme.celtra.io/preview/o1',
  account: { id: 'acc', name: 'Acme' },
  folder: { id: 'f1', name: 'Spring', parent: { id: 'f0' } },
  designFile: { id: 'd1', name: 'Spring', contentBlobHash: 'h1', lastModificationTimestamp: 1_700_000_000 },
  contentDimensionsByName: { Language: 'en', Position: 'Front' },
  assets: {
    image: {
      type: 'Image',
      status: 'finished',
      width: 10,
      height: 20,
      extension: '.jpg',
      blobHash: 'b1',
      url: 'https://files.example/x?sig=2',
    },
    headline: { type: 'Text', text: 'Hello' },
    'cards.1.video': { type: 'Video', status: 'pending', width: 1, height: 1 },
    broken: { type: 'HTML', status: 'error', error: 'no', errorMessage: 'Creative content is empty' },
    unheard: { type: 'Hologram' },
    absent: null,
  },
});
const outputs = [printed('o1'), printed('o2')];
const knownKeys = keysOf(outputs);

/** A client whose Celtra sends what `say` was given last; the filters look at every kind of place. */
async function celtra() {
  let next: OddAnswer = { status: 200, headers: {}, body: '' };
  const server = await startServer((_, response) => {
    send(response, next);
  });
  onClose(() => server.close());
  const client = createCeltraClient(
    { baseUrl: `${server.origin}/api`, applicationId: 'app-id', secretKey: 'celtra-key-that-must-stay-home' },
    { dispatcher: dispatcherFor(onClose) },
  );
  return {
    ask: () => exportOf(client),
    asked: () => server.seen.length,
    say: (answer: OddAnswer) => {
      next = answer;
    },
    sayJson: (body: string) => {
      next = { status: 200, headers: {}, body };
    },
  };
}

function exportOf(client: CeltraClient) {
  return client.exportOutputs({
    filters: {
      account: { id: ['acc'] },
      designFile: { id: ['d1'] },
      output: {
        contentDimensionsByName: { Language: ['en', { eq: 'fr' }] },
        name: [null, 'Front, English'],
      },
    },
    caller: 'extpost acme/1',
  });
}

describe('Whatever Celtra answers, exporting ends with outputs or a RemoteCallError', () => {
  it.each([
    ['any JSON', anyJson],
    ['a valid list in which values are odd', mutated(outputs)],
  ])('when the answer is %s', async (_, body) => {
    const { ask, asked, sayJson } = await celtra();
    await fc.assert(
      fc.asyncProperty(body, async (json) => {
        sayJson(json);
        expect(await endOf(ask)).toBeDefined();
      }),
      { numRuns: 300 },
    );
    expect(asked()).toBe(300);
  });

  it('when status, headers and text are any', async () => {
    const { ask, say } = await celtra();
    await fc.assert(
      fc.asyncProperty(anyAnswer(outputs), async (answer) => {
        say(answer);
        const end = await endOf(ask);
        const retryAfterMs = 'error' in end ? (end.error.retryAfterMs ?? 0) : 0;
        expect(retryAfterMs).toBeGreaterThanOrEqual(0);
        expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
        expect(answer.status < 300 || 'error' in end).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('Keys that nobody has heard of', () => {
  it('change nothing in an output but the facts that recipes see', async () => {
    const { ask, sayJson } = await celtra();
    const read = async (json: string) => {
      sayJson(json);
      return (await ask()).map(({ facts, ...rest }) => {
        expect(facts).toMatchObject({ id: rest.outputId, status: 'finished' });
        return rest;
      });
    };
    const plain = await read(JSON.stringify(outputs));
    await fc.assert(
      fc.asyncProperty(withExtraKeys(outputs, knownKeys), async (json) => {
        expect(await read(json)).toStrictEqual(plain);
      }),
      { numRuns: 200 },
    );
  });
});
