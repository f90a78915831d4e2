import type { CreativeForceClient } from '../../../clients';
import { ecomTask, ids } from './gateway-stand-in';

export const propertyGuid = '61728394-1111-4222-8333-944445555666';
const properties = { Season: 'SS27', [propertyGuid]: 7 };

/** A task detail in which everything stands. */
export const task = {
  taskId: ids.task,
  clientId: ids.workspace,
  clientName: 'Acme',
  stepStatusId: 2000,
  stepStatusName: 'To Do',
  contentCreationTypeId: 1,
  productionTypeId: 1001,
  postProductionVendorId: ids.spec,
  deadlineUtc: 1767225600000,
  finishedDatetimeUtc: 1767225600000,
  jobId: ids.asset,
  jobCode: 'JOB-1',
  productId: ids.asset,
  productCode: 'P-1',
  productCfCode: 'CF-1',
  editorialProjectId: ids.asset,
  editorialDeliverableIds: [ids.asset],
  styleGuide: {
    styleGuideId: ids.spec,
    name: 'On model',
    properties,
    mdDescription: '**Soft** light',
    fileIds: [ids.asset],
    positions: [{ name: 'Front', mdDescription: 'Straight on', fileIds: [ids.asset] }],
  },
  colorReferenceFiles: [{ fileId: ids.asset, fileName: 'card.png' }],
  assetLifeCycles: [
    {
      assetLifeCycleId: ids.shot,
      positionName: 'Front',
      isHero: true,
      isRejected: false,
      specification: { specificationId: 'SPRING', name: 'Spring set' },
      inputAssets: [{ assetId: ids.asset, fileName: 'SKU-1_front.tif' }],
      inclipAssetIds: [ids.asset],
      resourceAssetIds: [ids.spec],
      outputSpecs: [
        {
          specId: ids.spec,
          variant: 1,
          variantName: 'feed',
          expectedOutputFilename: 'feed.jpg',
          specification: { specificationId: 'OTHER', name: 'Other set' },
          assetId: ids.asset,
          isRejected: true,
        },
      ],
    },
    { assetLifeCycleId: ids.spec, expectedOutputFilename: 'alone.jpg', assetId: ids.asset },
  ],
};

const pageOf = (row: unknown) => ({ pageInfo: { pageNumber: 1, pageSize: 10, totalItemsCount: 1 }, pageData: [row] });
export const vendorTasks = { vendorId: ids.spec, pageNumber: 1, pageSize: 10 };
const upload = {
  workspaceId: ids.workspace,
  files: ['1', '2'].map((localId) => ({ localId, fileName: 'a.jpg', bytes: 5, md5: '0'.repeat(32) })),
};
const accepted = { statusCode: 1, message: 'ok', errorMessage: null };

/** Every call with a body that it understands, in which every key that it reads has a value. */
const calls: Record<
  keyof CreativeForceClient,
  { body: unknown; make: (client: CreativeForceClient) => Promise<unknown> }
> = {
  readTask: { body: task, make: (client) => client.readTask(ecomTask) },
  readAnnotations: {
    body: [
      {
        annotationId: ids.shot,
        assetLifeCycleId: ids.shot,
        specId: ids.spec,
        variant: 1,
        assetId: ids.asset,
        kind: 'Rejection',
        comment: 'too dark',
      },
    ],
    make: (client) => client.readAnnotations(ecomTask),
  },
  readInputAssets: {
    body: pageOf({
      assetId: ids.asset,
      fileName: 'a.tif',
      length: 77,
      imageInformation: { dimension: { width: 10, height: 20 } },
      videoInformation: { videoWidthInPixel: 30, videoHeightInPixel: 40 },
    }),
    make: (client) => client.readInputAssets([ids.asset]),
  },
  readAssetFiles: {
    body: pageOf({
      assetId: ids.asset,
      fileName: 'a.tif',
      fileUrl: 'https://store.example/a?X-Amz-Signature=1',
      length: 77,
      mediaTypeId: 1,
    }),
    make: (client) => client.readAssetFiles([ids.asset]),
  },
  readFiles: {
    body: pageOf({
      fileId: ids.asset,
      fileName: 'reference.jpg',
      fileUrl: 'https://store.example/x?X-Amz-Signature=1',
      length: 77,
      mediaTypeId: 3,
    }),
    make: (client) => client.readFiles([ids.asset]),
  },
  readSpecs: {
    body: pageOf({
      specId: ids.spec,
      specName: 'Feed 1:1',
      fileExtension: '.JPG',
      dpi: 72,
      colorProfileName: 'sRGB',
      bitsPerChannel: 8,
      backgroundColor: 'FFFFFF',
      dimension: { width: 1080, height: 1080 },
      maxFileLength: 1_000_000,
    }),
    make: (client) => client.readSpecs('editorial', [ids.spec]),
  },
  readJob: {
    body: { jobId: ids.asset, jobCode: 'JOB-1', jobName: 'Spring', properties },
    make: (client) => client.readJob(ids.asset),
  },
  readProduct: {
    body: {
      productId: ids.asset,
      productCode: 'P-1',
      productCfCode: 'CF-1',
      productName: 'Shirt',
      brand: 'Acme',
      color: 'red',
      styleCode: 'S-1',
      category: { categoryName: 'Tops' },
      properties,
    },
    make: (client) => client.readProduct(ids.asset),
  },
  readProject: {
    body: { projectId: ids.asset, projectCode: 'PR-1', projectName: 'Look book', properties },
    make: (client) => client.readProject(ids.asset),
  },
  readDeliverable: {
    body: {
      deliverableId: ids.asset,
      deliverableCode: 'D-1',
      deliverableName: 'Cover',
      outputName: 'cover',
      properties,
    },
    make: (client) => client.readDeliverable(ids.asset),
  },
  startTask: { body: accepted, make: (client) => client.startTask(ecomTask) },
  requestUploadAddresses: {
    body: {
      headers: { 'x-amz-server-side-encryption': 'aws:kms' },
      files: [
        {
          localId: '1',
          contentType: 'image/jpeg',
          tempAssetId: ids.asset,
          presignedUrl: 'https://store.example/x?s=1',
          headers: { 'x-amz-tagging': 'a=b' },
        },
      ],
      errorFiles: [{ localId: '2', errorCode: 12, message: 'too long' }],
    },
    make: (client) => client.requestUploadAddresses(upload),
  },
  submitAssets: {
    body: accepted,
    make: (client) => client.submitAssets(ecomTask, [{ shotId: ids.shot, assetId: ids.asset }]),
  },
  listTasks: {
    body: pageOf({
      taskId: ids.task,
      stepStatusId: 2000,
      stepStatusName: 'To Do',
      contentCreationTypeId: 2,
      isRejected: true,
      clientId: ids.workspace,
      jobCode: 'JOB-1',
      productCode: 'P-1',
    }),
    make: (client) => client.listTasks(vendorTasks),
  },
};
export const everyCall = Object.entries(calls).map(([name, call]) => ({ name, ...call }));
