import type { Annotation, ExpectedOutput, Shot, Task } from '../day/model';
import { contentCreationTypeIds } from './flavour';

/** Wire shapes of a task: assumed-wire.md, "Task detail", "Listing", "Annotations". */

export const EXTERNAL_POST_STEP = 7;
const FINAL_SELECTION_STEP = 4;
const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** 2000 and 9000 are seen in example; the others are our guess (creative-force.md §8). */
const statuses: Readonly<Record<Task['status'], { readonly id: number; readonly name: string }>> = {
  'not ready': { id: 1000, name: 'New' },
  'to do': { id: 2000, name: 'To Do' },
  'in progress': { id: 3000, name: 'In Progress' },
  done: { id: 9000, name: 'Done' },
  deleted: { id: 9900, name: 'Deleted' },
};

export function stepStatusId(task: Task): number {
  return statuses[task.status].id;
}

/** "No value" as the gateway may write it: a zero GUID, null, or no key at all. */
function noGuid(task: Task, key: string): Record<string, unknown> {
  if (task.flavour === 0) return { [key]: ZERO_GUID };
  return task.flavour === 1 ? { [key]: null } : {};
}

export function taskDetail(task: Task): Record<string, unknown> {
  const { studio, job } = task;
  const status = statuses[task.status];
  return {
    taskId: task.taskId,
    clientId: studio.workspaceId,
    clientName: studio.title,
    stepId: EXTERNAL_POST_STEP,
    stepName: 'External Post',
    stepStatusId: status.id,
    ...(task.flavour === 3 && task.status !== 'in progress' ? {} : { stepStatusName: status.name }),
    contentCreationTypeId: contentCreationTypeIds[task.contentCreationType],
    productionTypeId: task.productionTypeId,
    workUnitId: task.workUnitId,
    postProductionVendorId: studio.credentials.vendorId,
    deadlineUtc: task.flavour === 2 ? String(job.deadline) : job.deadline,
    readyToStartDatetimeUtc: task.readyAt,
    // Absent until it happened (creative-force.md §5).
    startedDatetimeUtc: task.startedAt,
    finishedDatetimeUtc: task.doneAt,
    ...(task.contentCreationType === 'ecom' ? ecomFacts(task) : editorialFacts(task)),
    ...noGuid(task, 'assignToUserId'),
    styleGuide: {
      styleGuideId: task.styleGuideId,
      name: studio.name === 'acme' ? 'Flats' : 'Tabletop',
      mdDescription: `**${studio.specification.name}**: use the approved Celtra project of the job.`,
      fileIds: [],
      properties: { Season: 'SS27' },
      ...noGuid(task, 'groupId'),
    },
    assetLifeCycles: task.shots.map((shot) => shotJson(task, shot)),
    priorityTypeId: 40,
    newPlatformFields: { introducedIn: '2026-10', flags: ['x'] },
  };
}

function ecomFacts(task: Task): Record<string, unknown> {
  const { job, product } = task;
  return {
    jobId: job.jobId,
    jobCode: job.code,
    productId: product.productId,
    productCode: product.code,
    ...(task.flavour === 1 ? {} : { productCfCode: product.cfCode }),
    ...noGuid(task, 'editorialProjectId'),
    ...(task.flavour === 3 ? {} : { editorialDeliverableIds: task.flavour === 1 ? null : [] }),
  };
}

/** Ids alone: codes and names are told by the project and the deliverable themselves. */
function editorialFacts(task: Task): Record<string, unknown> {
  return {
    ...noGuid(task, 'jobId'),
    ...noGuid(task, 'productId'),
    editorialProjectId: task.job.jobId,
    editorialDeliverableIds: deliverableIds(task),
  };
}

/** Ids of an editorial task's deliverables; the first is the one that files are wanted of. */
export function deliverableIds(task: Task): string[] {
  return [task.product, ...task.furtherDeliverables].map(({ productId }) => productId);
}

function shotJson(task: Task, shot: Shot): Record<string, unknown> {
  const [only] = shot.expected;
  const isWithoutSpecs = only !== undefined && only.preset === undefined;
  return {
    assetLifeCycleId: shot.shotId,
    positionId: shot.positionId,
    positionName: shot.position,
    isHero: shot.isHero,
    isRejected: shot.expected.some((expected) => expected.rejected),
    specification: { specificationId: task.studio.specification.id, name: task.studio.specification.name },
    inputAssets: [
      {
        assetId: shot.inputAssetId,
        stepId: FINAL_SELECTION_STEP,
        assetAttribute: 0,
        fileId: shot.inputFileId,
        fileName: shot.inputFileName,
      },
    ],
    ...(task.flavour === 3 ? {} : { inclipAssetIds: [], resourceAssetIds: null }),
    ...(isWithoutSpecs
      ? {
          expectedOutputFilename: only.name,
          assetId: only.assetId ?? null,
          ...(task.flavour === 0 ? { outputSpecs: [] } : {}),
        }
      : { outputSpecs: shot.expected.map((expected) => expectedJson(task, expected)) }),
  };
}

function expectedJson(task: Task, expected: ExpectedOutput): Record<string, unknown> {
  return {
    specId: expected.preset?.specId,
    variant: expected.variant,
    variantName: expected.preset?.name,
    ...(task.flavour === 2 ? {} : { specification: null }),
    expectedOutputFilename: expected.name,
    ...(expected.assetId === undefined ? noGuid(task, 'assetId') : { assetId: expected.assetId }),
    isRejected: expected.rejected,
  };
}

export function listingRow(task: Task): Record<string, unknown> {
  return {
    taskId: task.taskId,
    clientId: task.studio.workspaceId,
    stepStatusId: stepStatusId(task),
    contentCreationTypeId: contentCreationTypeIds[task.contentCreationType],
    ...(task.contentCreationType === 'ecom'
      ? {
          jobId: task.job.jobId,
          jobCode: task.job.code,
          productId: task.product.productId,
          productCode: task.product.code,
        }
      : { ...noGuid(task, 'jobId'), ...noGuid(task, 'productId'), editorialProjectId: task.job.jobId }),
    deadlineUtc: task.job.deadline,
    isRejected: task.shots.some((shot) => shot.expected.some((expected) => expected.rejected)),
    slaColour: 'green',
  };
}

export function annotationJson(annotation: Annotation): Record<string, unknown> {
  return {
    annotationId: annotation.annotationId,
    assetLifeCycleId: annotation.shotId,
    specId: annotation.specId,
    variant: annotation.variant,
    assetId: annotation.assetId ?? null,
    kind: annotation.kind,
    comment: annotation.comment,
    createdBy: annotation.kind === 'rejection' ? 'Quality control' : 'Art direction',
    createdDatetimeUtc: annotation.createdAt,
    markings:
      annotation.kind === 'rejection'
        ? [
            {
              type: 'rectangle',
              points: [
                { x: 0.18, y: 0.2 },
                { x: 0.62, y: 0.55 },
              ],
              colour: '#ff2d2d',
            },
          ]
        : [],
  };
}
