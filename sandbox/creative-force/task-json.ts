import type { Annotation, ExpectedOutput, Shot, Task } from '../day/model';
import { positionIds } from '../day/write-task';
import { formOf } from '../day/task-form';
import { guidOf } from '../random';
import type { World } from '../world';
import { contentCreationTypeIds } from './content-type';
import { markingsJson } from './marking-json';
import type { TaskState } from './options';
import { isFlagged, isShotFlagged, keepsStatus } from './rejection-form';

/** Wire shapes of a task: docs/reference/assumptions.md#task-detail, "Listing", "Annotations". */

export const EXTERNAL_POST_STEP = 7;
const FINAL_SELECTION_STEP = 4;
const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

interface Status {
  readonly id: number;
  readonly name: string;
}

/**
 * 2000 and 9000 are seen in example, the names are documented; the other numbers are our guess
 * (docs/reference/creative-force.md#enumerations).
 */
const statuses: Readonly<Record<TaskState, Status>> = {
  'not ready': { id: 1000, name: 'New' },
  'to do': { id: 2000, name: 'To Do' },
  'in progress': { id: 3000, name: 'In Progress' },
  submitted: { id: 3000, name: 'In Progress' },
  rejected: { id: 2000, name: 'To Do' },
  done: { id: 9000, name: 'Done' },
  bypassed: { id: 8000, name: 'Bypassed' },
  deleted: { id: 9900, name: 'Deleted' },
};

function stateOf(task: Task): TaskState {
  const round = task.rounds.at(-1);
  if (task.status === 'vendor changed') return 'to do';
  if (task.status === 'in progress') return round?.submittedAt === undefined ? 'in progress' : 'submitted';
  if (task.status !== 'to do' || round?.kind !== 'correction') return task.status;
  return keepsStatus(round.told) ? 'submitted' : 'rejected';
}

/** Creative Force's number and name of the task's state. */
export function stepStatus({ settings }: World, task: Task): Status {
  const state = stateOf(task);
  if (state === 'rejected' && task.rounds.at(-1)?.told === 'status')
    return formOf(task, 'rejected status', settings.creativeForce.rejectedStatuses);
  return settings.creativeForce.statuses[state] ?? statuses[state];
}

/** "No value" as the gateway may write it: a zero GUID, null, or no key at all. */
function noGuid(task: Task, key: string): Record<string, unknown> {
  if (task.shapeVariant === 0) return { [key]: ZERO_GUID };
  return task.shapeVariant === 1 ? { [key]: null } : {};
}

export function taskDetail(world: World, task: Task): Record<string, unknown> {
  const { studio, job } = task;
  const { statusNames } = world.settings.creativeForce;
  const status = stepStatus(world, task);
  const isNamed =
    statusNames === 'always' ||
    (statusNames === 'byTask' && (task.shapeVariant !== 3 || task.status === 'in progress'));
  return withFewKeys(world, task, {
    taskId: task.taskId,
    clientId: studio.workspaceId,
    clientName: studio.title,
    stepId: EXTERNAL_POST_STEP,
    stepName: 'External Post',
    stepStatusId: status.id,
    ...(isNamed && { stepStatusName: status.name }),
    contentCreationTypeId: contentCreationTypeIds[task.contentCreationType],
    productionTypeId: task.productionTypeId,
    workUnitId: task.workUnitId,
    postProductionVendorId:
      task.status === 'vendor changed' ? guidOf(`${task.taskId}/other vendor`) : studio.credentials.vendorId,
    deadlineUtc: task.shapeVariant === 2 ? String(job.deadline) : job.deadline,
    readyToStartDatetimeUtc: task.readyAt,
    // Absent until it happened (docs/reference/creative-force.md#absent-values).
    startedDatetimeUtc: task.startedAt,
    finishedDatetimeUtc: task.doneAt,
    ...(task.contentCreationType === 'ecom' ? ecomFacts(task) : editorialFacts(task)),
    ...noGuid(task, 'assignToUserId'),
    styleGuide: {
      styleGuideId: task.styleGuideId,
      name: studio.name === 'acme' ? 'Flats' : 'Tabletop',
      mdDescription: `**${studio.specification.name}**: use the approved Celtra project of the job.`,
      fileIds: task.styleGuideFiles.map(({ fileId }) => fileId),
      properties: { Season: 'SS27' },
      positions: styleGuidePositions(task),
      ...noGuid(task, 'groupId'),
    },
    colorReferenceFiles: task.styleGuideFiles.flatMap(({ kind, fileId, fileName }) =>
      kind === 'colour reference' ? [{ fileId, fileName }] : [],
    ),
    assetLifeCycles: task.shots.map((shot) => shotJson(world, task, shot)),
    priorityTypeId: 40,
  });
}

/** What a task detail with few keys lacks: other calls give it, or nothing depends on it. */
const keysToOmit: ReadonlySet<string> = new Set([
  'clientName',
  'stepName',
  'contentCreationTypeId',
  'productionTypeId',
  'workUnitId',
  'deadlineUtc',
  'readyToStartDatetimeUtc',
  'startedDatetimeUtc',
  'finishedDatetimeUtc',
  'jobCode',
  'productCode',
  'productCfCode',
  'colorReferenceFiles',
  'priorityTypeId',
]);

function withFewKeys(
  { settings }: World,
  task: Task,
  detail: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isWhole = formOf(task, 'detail', settings.creativeForce.detailKeys) === 'all';
  return Object.fromEntries(Object.entries(detail).filter(([key]) => isWhole || !keysToOmit.has(key)));
}

/** `isRejected`, without the key where false flags are left out. */
function rejectedFlag({ settings }: World, task: Task, isRejected: boolean): { readonly isRejected?: boolean } {
  const isWritten = isRejected || formOf(task, 'false flags', settings.creativeForce.falseFlags) === 'written';
  return isWritten ? { isRejected } : {};
}

/**
 * All positions of the style guide; those that skip External Post for good have no shot in the task
 * (docs/reference/creative-force.md#fan-out).
 */
function styleGuidePositions(task: Task): Record<string, unknown>[] {
  return Object.entries(positionIds).map(([name, positionId]) => ({
    positionId,
    name,
    isHero: name === 'Front',
    isBypassExternalPostProduction: !task.shots.some((shot) => shot.position === name),
    fileIds: [],
  }));
}

function ecomFacts(task: Task): Record<string, unknown> {
  const { job, product } = task;
  return {
    jobId: job.jobId,
    jobCode: job.code,
    productId: product.productId,
    productCode: product.code,
    ...(task.shapeVariant === 1 ? {} : { productCfCode: product.cfCode }),
    ...noGuid(task, 'editorialProjectId'),
    ...(task.shapeVariant === 3 ? {} : { editorialDeliverableIds: task.shapeVariant === 1 ? null : [] }),
  };
}

/** Only ids: codes and names come with the project and the deliverable. */
function editorialFacts(task: Task): Record<string, unknown> {
  return {
    ...noGuid(task, 'jobId'),
    ...noGuid(task, 'productId'),
    editorialProjectId: task.job.jobId,
    editorialDeliverableIds: deliverableIds(task),
  };
}

/** Ids of an editorial task's deliverables; files are expected for the first. */
export function deliverableIds(task: Task): string[] {
  return [task.product, ...task.furtherDeliverables].map(({ productId }) => productId);
}

function shotJson(world: World, task: Task, shot: Shot): Record<string, unknown> {
  const [only] = shot.expected;
  const isWithoutSpecs = only !== undefined && only.preset === undefined;
  return {
    assetLifeCycleId: shot.shotId,
    positionId: shot.positionId,
    positionName: shot.position,
    isHero: shot.isHero,
    ...rejectedFlag(world, task, isShotFlagged(task, shot)),
    specification: { specificationId: task.specification.id, name: task.specification.name },
    inputAssets: [
      {
        assetId: shot.inputAssetId,
        stepId: FINAL_SELECTION_STEP,
        assetAttribute: 0,
        fileId: shot.inputFileId,
        fileName: shot.inputFileName,
      },
    ],
    ...supportJson(task, shot),
    ...(isWithoutSpecs
      ? {
          expectedOutputFilename: only.name,
          assetId: only.assetId ?? null,
          ...(task.shapeVariant === 0 ? { outputSpecs: [] } : {}),
        }
      : { outputSpecs: shot.expected.map((expected) => expectedJson(world, task, expected)) }),
  };
}

/**
 * Support material has no expected output. Without any, the keys are empty, null or absent, depending on the shape
 * variant.
 */
function supportJson(task: Task, shot: Shot): Record<string, unknown> {
  const idsOf = (wanted: 'inclip' | 'resource'): string[] =>
    shot.support.flatMap(({ kind, assetId }) => (kind === wanted ? [assetId] : []));
  if (shot.support.length > 0) return { inclipAssetIds: idsOf('inclip'), resourceAssetIds: idsOf('resource') };
  return task.shapeVariant === 3 ? {} : { inclipAssetIds: [], resourceAssetIds: null };
}

function expectedJson(world: World, task: Task, expected: ExpectedOutput): Record<string, unknown> {
  return {
    specId: expected.preset?.specId,
    variant: expected.variant,
    variantName: expected.size,
    ...(task.shapeVariant === 2 ? {} : { specification: null }),
    expectedOutputFilename: expected.name,
    ...(expected.assetId === undefined ? noGuid(task, 'assetId') : { assetId: expected.assetId }),
    ...rejectedFlag(world, task, isFlagged(task, expected)),
  };
}

export function listingRow(world: World, task: Task): Record<string, unknown> {
  const { listingKeys, listingStatusNames } = world.settings.creativeForce;
  const { id, name } = stepStatus(world, task);
  const known = {
    taskId: task.taskId,
    clientId: task.studio.workspaceId,
    stepStatusId: id,
    ...(listingStatusNames && { stepStatusName: name }),
  };
  if (formOf(task, 'listing', listingKeys) === 'few') return known;
  const isRejected = task.shots.some((shot) => shot.expected.some((expected) => isFlagged(task, expected)));
  return {
    ...known,
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
    ...rejectedFlag(world, task, isRejected || task.shots.some((shot) => isShotFlagged(task, shot))),
    colourSpaceType: 'sRGB',
  };
}

export function annotationJson(world: World, task: Task, annotation: Annotation): Record<string, unknown> {
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
    markings: markingsJson(task, annotation, world.settings.creativeForce.markingForms),
  };
}
