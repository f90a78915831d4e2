import { join } from 'node:path';

import fc from 'fast-check';

import type { CeltraClient } from '../../../clients';
import { splitLines } from '../../../clients/celtra/output/read-lines';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { propertyRuns } from '../../support/property-runs';
import {
  anyResponse,
  anyJson,
  endOf,
  keysOf,
  mutated,
  send,
  withExtraKeys,
  type OddResponse,
} from '../creative-force/odd-responses';
import { closingAfterEach, temporaryFolder } from '../test-server';
import { celtraStandIn } from './celtra-stand-in';

const onClose = closingAfterEach();
const startCeltra = celtraStandIn(onClose);

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
  const folder = await temporaryFolder(onClose);
  let next: OddResponse = { status: 200, headers: {}, body: '' };
  const { client, server } = await startCeltra((response) => {
    send(response, next);
  });
  return {
    ask: () => exportOf(client),
    askForLines: () => linesOf(client),
    askForFile: (endpoint: 'exportToZip' | 'exportToTsv') => fileOf(client, endpoint, folder),
    asked: () => server.seen.length,
    say: (answer: OddResponse) => {
      next = answer;
    },
    sayJson: (body: string) => {
      next = { status: 200, headers: {}, body };
    },
  };
}

const request = {
  filters: {
    account: { id: ['acc'] },
    folder: { customAttributesByName: { Brand: ['A'] } },
    designFile: { id: ['d1'], lastModificationTimestamp: [{ gt: '2020-01-01 00:00:00' }] },
    output: {
      contentDimensionsByName: { Language: ['en', { eq: 'fr' }] },
      name: [null, 'Front, English'],
    },
  },
  caller: 'extpost acme/1',
} as const;

function exportOf(client: CeltraClient) {
  return client.exportOutputs(request);
}

async function linesOf(client: CeltraClient): Promise<CeltraOutput[]> {
  const outputs: CeltraOutput[] = [];
  for await (const output of client.exportOutputsAsLines(request)) outputs.push(output);
  return outputs;
}

async function fileOf(client: CeltraClient, endpoint: 'exportToZip' | 'exportToTsv', folder: string) {
  const file = await client[endpoint]({ ...request, responseFormat: 'paths' });
  const { bytes } = await file.saveTo(join(folder, 'file'));
  return { kind: file.kind, bytes };
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
      { numRuns: propertyRuns(300) },
    );
    expect(asked()).toBe(propertyRuns(300));
  });

  it('when status, headers and text are any', async () => {
    const { ask, say } = await celtra();
    await fc.assert(
      fc.asyncProperty(anyResponse(outputs), async (answer) => {
        say(answer);
        const end = await endOf(ask);
        const retryAfterMs = 'error' in end ? (end.error.retryAfterMs ?? 0) : 0;
        expect(retryAfterMs).toBeGreaterThanOrEqual(0);
        expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
        expect(answer.status < 300 || 'error' in end).toBe(true);
      }),
      { numRuns: propertyRuns(300) },
    );
  });
});

/** Lines that are outputs, odd values or no JSON at all. */
const oddLines = fc
  .array(
    fc.oneof(mutated(outputs[0]), anyJson, fc.string({ unit: 'binary' }), fc.constantFrom('', '[', '\r', '\ufeff')),
    {
      maxLength: 5,
    },
  )
  .map((lines) => lines.join('\n'));

describe('Whatever Celtra answers, reading its lines ends with outputs or a RemoteCallError', () => {
  it.each([
    ['any JSON', anyJson],
    ['a valid list in which values are odd', mutated(outputs)],
    ['odd lines', oddLines],
  ])('when the answer is %s', async (_, body) => {
    const { askForLines, asked, sayJson } = await celtra();
    await fc.assert(
      fc.asyncProperty(body, async (json) => {
        sayJson(json);
        expect(await endOf(askForLines)).toBeDefined();
      }),
      { numRuns: propertyRuns(200) },
    );
    expect(asked()).toBe(propertyRuns(200));
  });

  it('when status, headers and text are any', async () => {
    const { askForLines, say } = await celtra();
    await fc.assert(
      fc.asyncProperty(anyResponse(outputs), async (answer) => {
        say(answer);
        const end = await endOf(askForLines);
        expect(answer.status < 300 || 'error' in end).toBe(true);
      }),
      { numRuns: propertyRuns(200) },
    );
  });

  it('and a list is read as it is without lines', async () => {
    const { ask, askForLines, sayJson } = await celtra();
    await fc.assert(
      fc.asyncProperty(mutated(outputs), async (json) => {
        sayJson(json);
        const [whole, lines] = [await endOf(ask), await endOf(askForLines)];
        // A line may hold a single output, which is no list of them.
        fc.pre(json.startsWith('['));
        expect('result' in lines).toBe('result' in whole);
      }),
      { numRuns: propertyRuns(150) },
    );
  });
});

describe('Whatever Celtra answers, asking for a file ends with an archive, a table or a RemoteCallError', () => {
  it.each(['exportToZip', 'exportToTsv'] as const)('by %s', async (endpoint) => {
    const { askForFile, say } = await celtra();
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 700 }),
      fc
        .tuple(fc.constantFrom('PK\x03\x04', 'PK\x05\x06', 'PK', 'a\tb\n', '{', '<html>'), fc.string())
        .map((parts) => parts.join('')),
    );
    const disposition = fc.constantFrom(
      '',
      'attachment; filename="../x"',
      "attachment; filename*=UTF-8''%",
      'attachment; filename="\\',
    );
    await fc.assert(
      fc.asyncProperty(anyResponse(outputs), body, disposition, fc.boolean(), async (answer, bytes, header, isOdd) => {
        say(isOdd ? answer : { status: 200, headers: { 'content-disposition': header }, body: bytes });
        const end = await endOf(() => askForFile(endpoint));
        expect(answer.status < 300 || !isOdd || 'error' in end).toBe(true);
      }),
      { numRuns: propertyRuns(250) },
    );
  });
});

const tooLong = (line: number): Error => new Error(`Line ${line} is too long.`);

describe('Lines', () => {
  it('are the same wherever the bytes are cut', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' ', 'ü', '日', '😀', '{', '\u2028') });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 9 }), { maxLength: 30 }), async (written, lengths) => {
        const lines: { number: number; text: string }[] = [];
        for await (const line of splitLines(cut(Buffer.from(written), lengths), 1_000, tooLong)) lines.push(line);
        const expected = written
          .split('\n')
          .map((line, index) => ({ number: index + 1, text: line.trim() }))
          .filter((line) => line.text !== '');
        expect(lines).toEqual(expected);
      }),
      { numRuns: propertyRuns(500) },
    );
  });

  it('of a list are one, wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 40 }), { maxLength: 30 }),
        fc.constantFrom('', '\n ', '\ufeff'),
        async (lengths, before) => {
          const written = before + JSON.stringify(outputs, null, 2);
          const lines: string[] = [];
          for await (const { text } of splitLines(cut(Buffer.from(written), lengths), 10_000, tooLong))
            lines.push(text);
          expect(lines.map((text) => JSON.parse(text) as unknown)).toEqual([outputs]);
        },
      ),
      { numRuns: propertyRuns(200) },
    );
  });
});

/** Bytes in pieces of the given lengths, then the rest. */
async function* cut(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const length of lengths) {
    yield await Promise.resolve(bytes.subarray(from, from + length));
    from += length;
  }
  yield bytes.subarray(from);
}

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
      { numRuns: propertyRuns(200) },
    );
  });
});
