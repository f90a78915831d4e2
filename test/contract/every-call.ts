import type { CreativeForceClient } from '../../clients';
import type { SandboxOptions } from '../../sandbox';
import { unknownId } from './target';

type Fault = NonNullable<SandboxOptions['faults']>[number];

interface Call {
  readonly name: string;
  /** As the sandbox's faults call it. */
  readonly endpoint: Fault['endpoint'];
  readonly writes: boolean;
  readonly make: (client: CreativeForceClient) => Promise<unknown>;
}

const ecom = { studio: 'contract', taskId: unknownId(), contentCreationType: 'ecom' } as const;
const editorial = { ...ecom, contentCreationType: 'editorial' } as const;
const id = unknownId();
const file = { localId: '1', fileName: 'a.jpg', bytes: 1, md5: '0'.repeat(32) };

/** Every call of the client, in both flavours where there are two, about things that are not there: a fault comes first. */
export const everyCall: readonly Call[] = [
  read('readTask, ecom', 'getTask', (client) => client.readTask(ecom)),
  read('readTask, editorial', 'getTask', (client) => client.readTask(editorial)),
  read('readAnnotations, ecom', 'getAnnotations', (client) => client.readAnnotations(ecom)),
  read('readAnnotations, editorial', 'getAnnotations', (client) => client.readAnnotations(editorial)),
  read('readInputAssets', 'bulkGetAssets', (client) => client.readInputAssets([id])),
  read('readAssetFiles', 'bulkGetAssets', (client) => client.readAssetFiles([id])),
  read('readFiles', 'bulkGetFiles', (client) => client.readFiles([id])),
  read('readSpecs, ecom', 'bulkGetSpecs', (client) => client.readSpecs('ecom', [id])),
  read('readSpecs, editorial', 'bulkGetSpecs', (client) => client.readSpecs('editorial', [id])),
  read('readJob', 'getJob', (client) => client.readJob(id)),
  read('readProduct', 'getProduct', (client) => client.readProduct(id)),
  read('readProject', 'getProject', (client) => client.readProject(id)),
  read('readDeliverable', 'getDeliverable', (client) => client.readDeliverable(id)),
  read('listTasks', 'listTasks', (client) => client.listTasks({ vendorId: id, pageNumber: 1, pageSize: 10 })),
  read('requestUploadAddresses', 'getPresignedUrl', (client) =>
    client.requestUploadAddresses({ workspaceId: id, files: [file] }),
  ),
  write('startTask, ecom', 'startTask', (client) => client.startTask(ecom)),
  write('startTask, editorial', 'startTask', (client) => client.startTask(editorial)),
  write('submitAssets, ecom', 'submitAssets', (client) => client.submitAssets(ecom, [{ shotId: id, assetId: id }])),
  write('submitAssets, editorial', 'submitAssets', (client) =>
    client.submitAssets(editorial, [{ shotId: id, assetId: id }]),
  ),
];

function read(name: string, endpoint: Call['endpoint'], make: Call['make']): Call {
  return { name, endpoint, writes: false, make };
}

function write(name: string, endpoint: Call['endpoint'], make: Call['make']): Call {
  return { name, endpoint, writes: true, make };
}
