import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Sandbox, SandboxStudio } from '../../sandbox';

const expectedShape = z.looseObject({
  specId: z.string().optional(),
  variant: z.number().optional(),
  variantName: z.string().optional(),
  expectedOutputFilename: z.string(),
  assetId: z.string().nullish(),
  isRejected: z.boolean().default(false),
});
const taskShape = z.looseObject({
  taskId: z.string(),
  clientId: z.string(),
  stepStatusId: z.number(),
  jobId: z.string(),
  productId: z.string(),
  productCode: z.string(),
  assetLifeCycles: z.array(
    z.looseObject({
      assetLifeCycleId: z.string(),
      positionName: z.string(),
      isRejected: z.boolean().default(false),
      expectedOutputFilename: z.string().optional(),
      inputAssets: z.array(z.looseObject({ assetId: z.string(), fileId: z.string() })),
      outputSpecs: z.array(expectedShape).optional(),
    }),
  ),
});
export type WireTask = z.infer<typeof taskShape>;

const outputShape = z.looseObject({
  id: z.string(),
  status: z.enum(['pending', 'finished', 'error']),
  designFile: z.looseObject({ id: z.string(), contentBlobHash: z.string() }),
  contentDimensionsByName: z.record(z.string(), z.string()),
  mediaLineItemAttributesByName: z.record(z.string(), z.string()),
  assets: z.looseObject({
    image: z.looseObject({ status: z.string(), url: z.string().optional(), blobHash: z.string().optional() }),
  }),
});
export type WireOutput = z.infer<typeof outputShape>;

const promiseShape = z.object({
  headers: z.record(z.string(), z.string()),
  files: z.array(
    z.object({
      localId: z.string(),
      contentType: z.string(),
      tempFileId: z.string(),
      tempAssetId: z.string(),
      presignedUrl: z.string(),
    }),
  ),
  errorFiles: z.array(z.object({ localId: z.string().nullable(), errorCode: z.number() }).loose()),
});
export type UploadPromise = z.infer<typeof promiseShape>;

/** One file that a task wants, as the test vendor reads it. */
export interface Wanted {
  readonly key: { assetLifeCycleId: string; specId?: string; variant?: number };
  readonly position: string;
  readonly size: string;
  readonly fileName: string;
  readonly format: 'jpeg' | 'png';
  readonly isRejected: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, or `undefined` when it is not JSON. */
  readonly json: unknown;
}

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** MD5 as the sandbox wants it: hex split like a GUID. */
export function md5Guid(bytes: Buffer): string {
  const hex = createHash('md5').update(bytes).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A vendor in a hundred lines: enough to walk a task through the sandbox, right or wrong on purpose. */
export class Vendor {
  readonly studio: SandboxStudio;
  private bearer: string | undefined;

  constructor(
    readonly sandbox: Sandbox,
    studio: 'acme' | 'nordlicht' = 'acme',
  ) {
    const found = sandbox.studios.find(({ name }) => name === studio);
    if (found === undefined) throw new Error(`No studio ${studio}.`);
    this.studio = found;
  }

  async token(): Promise<string> {
    const { clientId, clientSecret } = this.studio;
    const answer = await send(this.sandbox.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'cfgateway',
      }),
    });
    return z.object({ access_token: z.string() }).parse(answer.json).access_token;
  }

  async gateway(method: string, path: string, body?: unknown): Promise<Answer> {
    this.bearer ??= await this.token();
    const isPost = body !== undefined;
    return send(`${this.sandbox.creativeForceUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.bearer}`, ...(isPost ? { 'content-type': 'application/json' } : {}) },
      ...(isPost ? { body: JSON.stringify(body) } : {}),
    });
  }

  async listing(): Promise<string[]> {
    const answer = await this.gateway(
      'GET',
      `/extpost/tasks?postProductionVendorId=${this.studio.vendorId}&pageSize=100`,
    );
    const page = z.object({ pageData: z.array(z.looseObject({ taskId: z.string() })) }).parse(answer.json);
    return page.pageData.map(({ taskId }) => taskId);
  }

  async task(taskId: string): Promise<WireTask> {
    return taskShape.parse((await this.gateway('GET', `/extpost/tasks/${taskId}`)).json);
  }

  async designOf(task: WireTask): Promise<string> {
    const job = z
      .looseObject({ properties: z.record(z.string(), z.string()) })
      .parse((await this.gateway('GET', `/jobs/${task.jobId}`)).json);
    return job.properties['Celtra project'] ?? job.properties['6f1e2a90-3b44-4c1d-9a52-7d0c5e8b1f24'] ?? '';
  }

  wanted(task: WireTask): Wanted[] {
    return task.assetLifeCycles.flatMap((shot): Wanted[] => {
      const assetLifeCycleId = shot.assetLifeCycleId;
      const position = shot.positionName;
      if (shot.outputSpecs === undefined || shot.outputSpecs.length === 0) {
        const fileName = shot.expectedOutputFilename ?? '';
        return [
          {
            key: { assetLifeCycleId },
            position,
            size: 'Original',
            fileName,
            format: 'jpeg',
            isRejected: shot.isRejected,
          },
        ];
      }
      return shot.outputSpecs.map((spec) => {
        const format = spec.variantName?.startsWith('Banner') === true ? 'png' : 'jpeg';
        return {
          key: { assetLifeCycleId, specId: spec.specId ?? '', variant: spec.variant ?? 0 },
          position,
          size: spec.variantName ?? '',
          fileName: `${spec.expectedOutputFilename}${format === 'png' ? '.png' : '.jpg'}`,
          format,
          isRejected: spec.isRejected,
        };
      });
    });
  }

  async celtra(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const { celtraApplicationId, celtraSecretKey } = this.studio;
    const basic = Buffer.from(`${celtraApplicationId}:${celtraSecretKey}`).toString('base64');
    return send(`${this.sandbox.celtraUrl}/export`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic}`,
        'content-type': 'application/json; charset=utf-8',
        accept: 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async outputs(filters: unknown, format: 'jpeg' | 'png' = 'jpeg'): Promise<WireOutput[]> {
    const answer = await this.celtra({ filters, assetFormats: { Image: { image: { format } } }, caller: 'test' });
    return z.array(outputShape).parse(answer.json);
  }

  /** Polls until the one output that answers `wanted` is finished, and downloads it; `undefined` when there is none. */
  async creative(task: WireTask, wanted: Wanted): Promise<Buffer | undefined> {
    const filters = {
      designFile: { id: [await this.designOf(task)] },
      output: {
        contentDimensionsByName: { Product: [task.productCode], Position: [wanted.position] },
        mediaLineItemAttributesByName: { Size: [wanted.size] },
      },
    };
    for (let poll = 0; poll < 10; poll += 1) {
      const [output] = await this.outputs(filters, wanted.format);
      if (output === undefined) return undefined;
      const { url } = output.assets.image;
      if (url !== undefined) return Buffer.from(await (await fetch(url)).arrayBuffer());
    }
    return undefined;
  }

  async promise(files: readonly { fileName: string; bytes: Buffer }[]): Promise<UploadPromise> {
    const answer = await this.gateway('POST', '/assets/get-presigned-url', {
      clientId: this.studio.workspaceId,
      physicalFileTypeId: 2,
      files: files.map(({ fileName, bytes }) => ({
        fileName,
        localId: randomUUID(),
        fileLength: bytes.length,
        fileMd5: md5Guid(bytes),
      })),
    });
    return promiseShape.parse(answer.json);
  }

  /** Uploads one file as promised; answers with its asset id. */
  async upload(fileName: string, bytes: Buffer): Promise<string> {
    const promise = await this.promise([{ fileName, bytes }]);
    const [file] = promise.files;
    if (file === undefined) throw new Error('No place was promised.');
    const answer = await send(file.presignedUrl, {
      method: 'PUT',
      headers: { ...promise.headers, 'content-type': file.contentType },
      body: new Uint8Array(bytes),
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return file.tempAssetId;
  }

  submit(taskId: string, assets: readonly unknown[]): Promise<Answer> {
    return this.gateway('POST', `/extpost/tasks/${taskId}/submit-assets`, { assets });
  }

  /** Fetches, uploads and maps everything that is due; `change` may spoil a file on its way. */
  async prepare(
    taskId: string,
    change: (file: { fileName: string; bytes: Buffer }) => { fileName: string; bytes: Buffer } = (file) => file,
  ): Promise<Record<string, unknown>[]> {
    const task = await this.task(taskId);
    const all = this.wanted(task);
    const due = all.some(({ isRejected }) => isRejected) ? all.filter(({ isRejected }) => isRejected) : all;
    const mappings: Record<string, unknown>[] = [];
    for (const wanted of due) {
      const bytes = await this.creative(task, wanted);
      if (bytes === undefined) continue;
      const file = change({ fileName: wanted.fileName, bytes });
      mappings.push({ ...wanted.key, assetId: await this.upload(file.fileName, file.bytes) });
    }
    return mappings;
  }

  /** The whole way: start, prepare, submit. */
  async deliver(taskId: string): Promise<Answer> {
    await this.gateway('PUT', `/extpost/tasks/${taskId}/start`);
    return this.submit(taskId, await this.prepare(taskId));
  }

  /** Asks the control service. */
  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return send(`${this.sandbox.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  }
}
