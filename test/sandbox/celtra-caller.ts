import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fromBuffer, type ZipReader } from 'yauzl';
import { z } from 'zod';
import type { Sandbox, SandboxStudio } from '../../sandbox';
import { send, type Answer } from './vendor';

const assetShape = z.looseObject({
  type: z.string(),
  status: z.string().optional(),
  url: z.string().optional(),
  blobHash: z.string().optional(),
  extension: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  text: z.string().optional(),
});
const outputShape = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  status: z.string(),
  designFile: z.looseObject({ id: z.string(), contentBlobHash: z.string(), lastModificationTimestamp: z.string() }),
  assets: z.record(z.string(), assetShape),
});

export type SeenAsset = z.infer<typeof assetShape>;
export type SeenOutput = z.infer<typeof outputShape>;

/** Somebody's program against the Export API, who knows the help pages and nothing else. */
export class CeltraCaller {
  readonly studio: SandboxStudio;

  constructor(
    readonly sandbox: Sandbox,
    name: 'acme' | 'nordlicht' = 'acme',
  ) {
    const studio = sandbox.studios.find((candidate) => candidate.name === name);
    if (studio === undefined) throw new Error(`No studio ${name}.`);
    this.studio = studio;
  }

  get basic(): string {
    const { celtraApplicationId, celtraSecretKey } = this.studio;
    return `Basic ${Buffer.from(`${celtraApplicationId}:${celtraSecretKey}`).toString('base64')}`;
  }

  /** Filters for one of everything. */
  get sampleFilter(): { designFile: { id: string[] } } {
    return { designFile: { id: [this.studio.sampleDesignId] } };
  }

  post(endpoint: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return send(`${this.sandbox.celtraUrl}/${endpoint}`, this.request(body, headers));
  }

  /** The same for a body of bytes. */
  async postForBytes(endpoint: string, body: unknown): Promise<{ headers: Headers; status: number; bytes: Buffer }> {
    const response = await fetch(`${this.sandbox.celtraUrl}/${endpoint}`, this.request(body, {}));
    const { headers, status } = response;
    return { headers, status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** Outputs of the sampleFilter, or of what `body` asks for. */
  async outputs(body: Record<string, unknown> = {}): Promise<SeenOutput[]> {
    const answer = await this.post('export', { filters: this.sampleFilter, ...body });
    return z.array(outputShape).parse(answer.json);
  }

  /** The one output of the sampleFilter whose name ends so. */
  async output(ending: string, body: Record<string, unknown> = {}): Promise<SeenOutput | undefined> {
    return (await this.outputs(body)).find((output) => output.name?.endsWith(ending));
  }

  /** A finished asset of the sampleFilter's first image. */
  async image(body: Record<string, unknown> = {}): Promise<SeenAsset> {
    const asset = (await this.output('Square en', body))?.assets['image'];
    if (asset === undefined) throw new Error('The sampleFilter has no image.');
    return asset;
  }

  /** Changes settings of the running sandbox. */
  async configure(celtra: Record<string, unknown>): Promise<void> {
    const answer = await send(`${this.sandbox.controlUrl}/settings`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ celtra }),
    });
    if (answer.status !== 200) throw new Error(answer.text);
  }

  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return send(`${this.sandbox.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  }

  private request(body: unknown, headers: Record<string, string>): RequestInit {
    return {
      method: 'POST',
      headers: {
        authorization: this.basic,
        'content-type': 'application/json; charset=utf-8',
        accept: 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    };
  }
}

const entryShape = z.looseObject({ fileName: z.string() });

/** Every file of an archive by its path, as a common reader finds it. */
export async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const reader = await new Promise<ZipReader>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, opened) => {
      if (error === null) resolve(opened);
      else reject(error);
    });
  });
  const files = new Map<string, Buffer>();
  for (;;) {
    const next = Promise.race([once(reader, 'entry'), once(reader, 'end')]);
    reader.readEntry();
    const [entry] = (await next) as unknown[];
    if (entry === undefined) return files;
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      reader.openReadStream(entry, (error, opened) => {
        if (error === null) resolve(opened);
        else reject(error);
      });
    });
    files.set(entryShape.parse(entry).fileName, await buffer(stream));
  }
}
