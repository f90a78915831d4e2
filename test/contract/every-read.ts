import type { CreativeForceClient } from '../../clients';
import { probeCreativeForce, collectIds } from '../../clients/creative-force/probe/probe';
import type { Task, TaskReference } from '../../domain/task/task';
import type { Target } from './target';

/** Ids that a task leads to. */
export interface IdsOfTask {
  readonly assetIds: readonly string[];
  readonly fileIds: readonly string[];
  readonly specIds: readonly string[];
}

/** The ids in a task. What is read of a task names no files, so those are looked for in its answers as they came. */
export async function idsOf(target: Target, reference: TaskReference, task: Task): Promise<IdsOfTask> {
  const rows = await probeCreativeForce({ taskId: reference.taskId }, target.settings, target.tools);
  const bodies = rows.map(({ body }) => body);
  return {
    assetIds: task.shots.flatMap(({ inputs }) => inputs.map(({ assetId }) => assetId)),
    fileIds: collectIds(['fileId', 'fileIds'], bodies).slice(0, 20),
    specIds: [
      ...new Set(task.shots.flatMap(({ expectedOutputs }) => expectedOutputs.flatMap(({ specId }) => specId ?? []))),
    ],
  };
}

/** Everything that can be read about a task, as the client gives it. */
export async function readEverything(client: CreativeForceClient, reference: TaskReference, ids: IdsOfTask) {
  const task = await client.readTask(reference);
  const { job, product, editorialProjectId, editorialDeliverableIds } = task;
  const [deliverableId] = editorialDeliverableIds ?? [];
  const files = await client.readFiles(ids.fileIds);
  return {
    task,
    annotations: await client.readAnnotations(reference),
    assets: await client.readInputAssets(ids.assetIds),
    // Each answer signs the addresses again.
    files: { ...files, found: files.found.map(({ url, ...file }) => ({ ...file, hasUrl: url !== undefined })) },
    specs: await client.readSpecs(reference.contentCreationType, ids.specIds),
    job: job?.id === undefined ? undefined : await client.readJob(job.id),
    product: product?.id === undefined ? undefined : await client.readProduct(product.id),
    project: editorialProjectId === undefined ? undefined : await client.readProject(editorialProjectId),
    deliverable: deliverableId === undefined ? undefined : await client.readDeliverable(deliverableId),
  };
}
