import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { createCeltraClient, createDispatcher } from '../clients';

/** Memory of this process while it reads outputs, as one JSON list or line by line. */
interface Figures {
  readonly outputs: number;
  readonly seconds: number;
  /** Highest heap growth in MiB, measured every 500 outputs after garbage collection. */
  readonly heapGrowth: number;
  readonly received: number;
}

const MEBIBYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** About 2 KB, as Celtra prints it (docs/reference/celtra.md#output-fields). */
function printed(index: number): string {
  return JSON.stringify({
    id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    name: `Output ${index}`,
    status: 'finished',
    previewUrl: `https://acme.celtra.example/preview/${index}`,
    designFile: { id: 'd1', name: 'Spring', contentBlobHash: 'h1', lastModificationTimestamp: '2026-03-01 12:00:00' },
    contentDimensionsByName: { Language: 'en', Position: 'Front', Product: `P-${index}`, Note: 'x'.repeat(1_200) },
    assets: {
      image: {
        type: 'Image',
        status: 'finished',
        width: 1080,
        height: 1080,
        url: `https://files.example/${index}?s=1`,
      },
    },
  });
}

async function measure(outputs: number, asLines: boolean): Promise<Figures> {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume();
    const body = function* () {
      if (!asLines) yield '[';
      for (let index = 0; index < outputs; index += 1) {
        const line = asLines ? `${printed(index)}\n` : `${index === 0 ? '' : ','}${printed(index)}`;
        received += Buffer.byteLength(line);
        yield line;
      }
      if (!asLines) yield ']';
    };
    Readable.from(body(), { highWaterMark: 16 }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const dispatcher = createDispatcher();
  const client = createCeltraClient(
    {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
      applicationId: 'bench',
      secretKey: 'bench',
    },
    { dispatcher },
  );
  const request = { filters: { designFile: { id: ['d1'] } }, caller: 'bench' } as const;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  let highest = 0;
  let count = 0;
  const look = () => {
    collectGarbage();
    highest = Math.max(highest, process.memoryUsage().heapUsed - before);
  };
  if (asLines) {
    for await (const output of client.exportOutputsAsLines(request)) {
      if (output.outputId !== '') count += 1;
      if (count % 500 === 0) look();
    }
  } else {
    const all = await client.exportOutputs(request);
    look();
    count = all.length;
  }
  const seconds = (performance.now() - started) / 1_000;
  await dispatcher.destroy();
  server.closeAllConnections();
  server.close();
  return { outputs: count, seconds, heapGrowth: highest / MEBIBYTE, received: received / MEBIBYTE };
}

/** Allowed for 10,000 outputs: a reader keeps their ids to skip duplicates. */
const HEAP_GROWTH_ALLOWED = 8;

/** Reads outputs line by line and, for comparison, as one list; true if memory stays flat line by line. */
export async function celtraJsonLines(args: readonly string[]): Promise<boolean> {
  const outputs = Number(args[0] ?? 10_000);
  let isFlat = true;
  for (const [count, asLines] of [
    [Math.ceil(outputs / 10), true],
    [outputs, true],
    [outputs, false],
  ] as const) {
    const figures = await measure(count, asLines);
    process.stdout.write(
      `${figures.outputs} outputs as ${asLines ? 'JSON Lines' : 'a JSON list'}: ${figures.received.toFixed(1)} MiB received, ` +
        `heap at most ${figures.heapGrowth.toFixed(1)} MiB above the start, ${figures.seconds.toFixed(2)} s, ` +
        `resident ${(process.memoryUsage().rss / MEBIBYTE).toFixed(0)} MiB\n`,
    );
    if (asLines && (figures.outputs !== count || figures.heapGrowth > HEAP_GROWTH_ALLOWED)) isFlat = false;
  }
  return isFlat;
}
