import { z } from 'zod';
import { CELTRA_PROJECT_PROPERTY } from '../day/studios';
import type { Preset, Shot, Studio, Task } from '../day/model';
import { inputFileAddress, inputPicture, INPUT_EDGE } from '../object-store/input-pictures';
import { storedFileAddress } from '../object-store/addresses';
import type { Upload, World } from '../world';
import { isGuid, refuse, refuseParse, refuseShape } from './answers';
import type { Gateway } from './gateway';

const NAMED_OUTPUT_PROFILE = 'sRGB IEC61966-2.1';
const ids = z.array(z.guid()).min(1);

/** Assets, files, specs, jobs and products by id (assumed-wire.md, "Bulk reads" and "Job, product"; creative-force.md §10.4, §13). */
export function registerReadRoutes(gateway: Gateway, world: World): void {
  gateway.route('POST', '/assets/bulk-get-assets', 'bulkGetAssets', async ({ request, reply, studio }) => {
    const body = z.object({ assetIds: ids }).safeParse(request.body);
    if (!body.success) return refuseParse(reply, body.error);
    const found = await Promise.all(
      body.data.assetIds.map(async (assetId) => {
        const upload = world.uploads.get(assetId.toLowerCase());
        if (upload?.stored !== undefined && upload.studio === studio) return returnedAsset(world, upload);
        const input = findInput(world, studio, (shot) => shot.inputAssetId === assetId.toLowerCase());
        return input && inputAsset(world, input.task, input.shot);
      }),
    );
    // Ids that are unknown or foreign are simply not in the answer.
    return reply.send(found.filter((asset) => asset !== undefined));
  });

  gateway.route('POST', '/files/bulk-get-files', 'bulkGetFiles', async ({ request, reply, studio }) => {
    const body = z.object({ fileIds: ids }).safeParse(request.body);
    if (!body.success) return refuseParse(reply, body.error);
    const found = body.data.fileIds.map((fileId) =>
      findInput(world, studio, (shot) => shot.inputFileId === fileId.toLowerCase()),
    );
    const files = found.flatMap((input) => (input ? [inputFile(world, input.task, input.shot)] : []));
    return reply.send(await Promise.all(files));
  });

  gateway.route('POST', '/specs/bulk-get-specs', 'bulkGetSpecs', ({ request, reply, studio }) => {
    const body = z.object({ specIds: ids }).safeParse(request.body);
    if (!body.success) return refuseParse(reply, body.error);
    const wanted = new Set(body.data.specIds.map((specId) => specId.toLowerCase()));
    return reply.send(studio.presets.filter((preset) => wanted.has(preset.specId)).map(specJson));
  });

  gateway.route('GET', '/jobs/:jobId', 'getJob', ({ reply, studio, parameter }) => {
    const jobId = parameter('jobId');
    if (!isGuid(jobId)) return refuseShape(reply, { jobId: [`The value '${jobId}' is not valid.`] });
    const task = ownTasks(world, studio).find(({ job }) => job.jobId === jobId.toLowerCase());
    return task === undefined ? refuse(reply, 400, 'GEN-4', 'InvalidData') : reply.send(jobJson(task));
  });

  gateway.route('GET', '/products/:productId', 'getProduct', ({ reply, studio, parameter }) => {
    const productId = parameter('productId');
    if (!isGuid(productId)) return refuseShape(reply, { productId: [`The value '${productId}' is not valid.`] });
    const task = ownTasks(world, studio).find(({ product }) => product.productId === productId.toLowerCase());
    return task === undefined ? refuse(reply, 400, 'GEN-4', 'InvalidData') : reply.send(productJson(task));
  });
}

function ownTasks(world: World, studio: Studio): Task[] {
  return world.tasks.filter((task) => task.studio === studio);
}

function findInput(
  world: World,
  studio: Studio,
  isWanted: (shot: Shot) => boolean,
): { task: Task; shot: Shot } | undefined {
  for (const task of ownTasks(world, studio)) {
    const shot = task.shots.find(isWanted);
    if (shot !== undefined) return { task, shot };
  }
  return undefined;
}

async function inputAsset(world: World, task: Task, shot: Shot): Promise<Record<string, unknown>> {
  const file = await inputFile(world, task, shot);
  return {
    assetId: shot.inputAssetId,
    ...file,
    imageInformation: {
      dpi: '72',
      colorProfileName: NAMED_OUTPUT_PROFILE,
      dimension: { width: INPUT_EDGE, height: INPUT_EDGE },
      fileExtension: '.tif',
      fileExtensionId: 3,
    },
    // Both are present on a still (creative-force.md §10.4).
    videoInformation: {
      fileExtension: '',
      videoWidthInPixel: 0,
      videoHeightInPixel: 0,
      durationInSecond: 0,
      codec: null,
    },
  };
}

async function inputFile(world: World, task: Task, shot: Shot): Promise<Record<string, unknown>> {
  const picture = await inputPicture(task, shot);
  return {
    fileId: shot.inputFileId,
    fileName: shot.inputFileName,
    fileUrl: inputFileAddress(world, shot),
    length: picture.length,
    mediaTypeId: 1,
  };
}

function returnedAsset(world: World, upload: Upload): Record<string, unknown> {
  return {
    assetId: upload.assetId,
    fileId: upload.fileId,
    fileName: upload.fileName,
    fileUrl: storedFileAddress(world, upload),
    length: upload.fileLength,
    // Analysis is asynchronous: a fresh asset has no dimensions (creative-force.md §10.4).
    imageInformation: { dpi: '', colorProfileName: '', dimension: { width: 0, height: 0 }, fileExtension: '' },
  };
}

function specJson(preset: Preset): Record<string, unknown> {
  return {
    specId: preset.specId,
    specName: preset.name,
    fileExtension: preset.extension,
    dpi: preset.extension === '.jpg' ? '72' : '0',
    colorProfileName: preset.extension === '.jpg' ? NAMED_OUTPUT_PROFILE : null,
    bitsPerChannel: 8,
    dimension: { width: preset.width, height: preset.height },
    backgroundColor: '',
    // 0 means "not asked for".
    maxFileLength: preset.extension === '.jpg' ? 5_000_000 : 0,
    cropping: { typeId: 0 },
  };
}

function jobJson({ job, studio }: Task): Record<string, unknown> {
  const key = studio.propertyKeys === 'name' ? 'Celtra project' : CELTRA_PROJECT_PROPERTY;
  return {
    jobId: job.jobId,
    jobCode: job.code,
    jobName: job.name,
    clientId: studio.workspaceId,
    // Compared through parseInt by a consumer, so maybe a string (creative-force.md §13).
    deadlineUtc: String(job.deadline),
    properties: { [key]: job.design.designId, ...(studio.propertyKeys === 'name' ? { Season: 'SS27' } : {}) },
    jobTypeId: 2,
  };
}

function productJson({ product, studio }: Task): Record<string, unknown> {
  return {
    productId: product.productId,
    productCode: product.code,
    productCfCode: product.cfCode,
    productName: product.name,
    brand: studio.title,
    color: product.colourName,
    styleCode: product.code.slice(0, -1),
    vendorMaterialCode: null,
    category: { categoryName: product.category },
    properties: {},
    productDisplayImages: [],
  };
}
