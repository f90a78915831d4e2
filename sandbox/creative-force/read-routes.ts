import { z } from 'zod';
import { CELTRA_PROJECT_PROPERTY } from '../day/studios';
import type { ContentCreationType, Job, Preset, Product, Shot, Studio, Task } from '../day/model';
import { inputFileAddress, inputPicture, INPUT_EDGE } from '../object-store/input-pictures';
import { storedFileAddress } from '../object-store/addresses';
import type { GatewayEndpoint } from '../options';
import type { Upload, World } from '../world';
import { isGuid, refuse, refuseParse, refuseShape } from './answers';
import { flavourPath } from './flavour';
import type { Gateway } from './gateway';

const NAMED_OUTPUT_PROFILE = 'sRGB IEC61966-2.1';
const ids = z.array(z.guid()).min(1);

/**
 * Assets, files and specs in bulk, jobs, products, projects and deliverables by id (assumed-wire.md, "Bulk reads" and "Job,
 * product, project, deliverable"; creative-force.md §10.4, §13).
 */
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

  for (const type of ['ecom', 'editorial'] as const) {
    gateway.route('POST', `${flavourPath(type)}/specs/bulk-get-specs`, 'bulkGetSpecs', ({ request, reply, studio }) => {
      const body = z.object({ specIds: ids }).safeParse(request.body);
      if (!body.success) return refuseParse(reply, body.error);
      const wanted = new Set(body.data.specIds.map((specId) => specId.toLowerCase()));
      return reply.send(studio.presets[type].filter((preset) => wanted.has(preset.specId)).map(specJson));
    });
  }

  registerReadById(gateway, '/jobs/:jobId', 'getJob', (studio, id) => {
    const job = jobsOf(world, studio, 'ecom').find(({ jobId }) => jobId === id);
    return job && jobJson(studio, job);
  });
  registerReadById(gateway, '/products/:productId', 'getProduct', (studio, id) => {
    const product = productsOf(world, studio, 'ecom').find(({ productId }) => productId === id);
    return product && productJson(studio, product);
  });
  registerReadById(gateway, '/editorial/projects/:projectId', 'getProject', (studio, id) => {
    const project = jobsOf(world, studio, 'editorial').find(({ jobId }) => jobId === id);
    return project && projectJson(studio, project);
  });
  registerReadById(gateway, '/editorial/deliverables/:deliverableId', 'getDeliverable', (studio, id) => {
    const deliverable = productsOf(world, studio, 'editorial').find(({ productId }) => productId === id);
    return deliverable && deliverableJson(deliverable);
  });
}

/** One thing of the caller's studio by its id in any letter case; malformed and unknown ids are refused with 400. */
function registerReadById(
  gateway: Gateway,
  path: `${string}:${string}`,
  endpoint: GatewayEndpoint,
  find: (studio: Studio, id: string) => Record<string, unknown> | undefined,
): void {
  const name = path.slice(path.indexOf(':') + 1);
  gateway.route('GET', path, endpoint, ({ reply, studio, parameter }) => {
    const id = parameter(name);
    if (!isGuid(id)) return refuseShape(reply, { [name]: [`The value '${id}' is not valid.`] });
    const found = find(studio, id.toLowerCase());
    return found === undefined ? refuse(reply, 400, 'GEN-4', 'InvalidData') : reply.send(found);
  });
}

function jobsOf(world: World, studio: Studio, type: ContentCreationType): Job[] {
  return ownTasks(world, studio).flatMap((task) => (task.contentCreationType === type ? [task.job] : []));
}

function productsOf(world: World, studio: Studio, type: ContentCreationType): Product[] {
  return ownTasks(world, studio).flatMap((task) =>
    task.contentCreationType === type ? [task.product, ...task.furtherDeliverables] : [],
  );
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

function jobJson(studio: Studio, job: Job): Record<string, unknown> {
  return {
    jobId: job.jobId,
    jobCode: job.code,
    jobName: job.name,
    clientId: studio.workspaceId,
    // Compared through parseInt by a consumer, so maybe a string (creative-force.md §13).
    deadlineUtc: String(job.deadline),
    properties: propertiesJson(studio, job),
    jobTypeId: 2,
  };
}

function propertiesJson(studio: Studio, job: Job): Record<string, string> {
  return studio.propertyKeys === 'name'
    ? { 'Celtra project': job.design.designId, Season: 'SS27' }
    : { [CELTRA_PROJECT_PROPERTY]: job.design.designId };
}

function projectJson(studio: Studio, project: Job): Record<string, unknown> {
  return {
    projectId: project.jobId,
    projectCode: project.code,
    projectName: project.name,
    clientId: studio.workspaceId,
    dueDatetimeUtc: project.deadline,
    properties: propertiesJson(studio, project),
  };
}

function deliverableJson(deliverable: Product): Record<string, unknown> {
  return {
    deliverableId: deliverable.productId,
    deliverableCode: deliverable.code,
    deliverableCfCode: deliverable.cfCode,
    deliverableName: deliverable.name,
    outputName: deliverable.code.toLowerCase(),
    dueDatetimeUtc: null,
    properties: {},
  };
}

function productJson(studio: Studio, product: Product): Record<string, unknown> {
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
