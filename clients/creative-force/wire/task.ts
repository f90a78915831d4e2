import { z } from 'zod';

import type { StyleGuidePosition, Task, TaskReference } from '../../../domain/task/task';
import { id, instant, integerOrName, optionalList, optionalObject, requiredId, text } from '../../wire-values';
import {
  parseContentCreationType,
  parseProductionType,
  parseStepStatus,
  withNested,
  withSynonyms,
  type RejectedStatuses,
} from './fields';
import { propertiesSchema, type PropertyNames, forNames } from './properties';
import { findDuplicates, lifeCycleSchema, presentIds, toShot, unlessEmpty, withShots } from './shots';

/** The shape of the capture task's style guide (docs/reference/creative-force.md#task-detail). */
const styleGuideFields = {
  mdDescription: text,
  fileIds: presentIds,
  positions: optionalList(z.object({ name: text, mdDescription: text, fileIds: presentIds })),
};

/** Documented only for a sibling, as objects with an id; bare ids are accepted too. */
const colorReferences = optionalList(
  z.preprocess(
    (value) => (typeof value === 'string' ? { fileId: value } : value),
    z.object({ fileId: id, fileName: text }),
  ),
).transform((files) => files.flatMap(({ fileId, fileName }) => (fileId === undefined ? [] : [{ fileId, fileName }])));

/** Objects in which the fields of a task may stand (docs/reference/assumptions.md#nested). */
const nestedInTask = {
  client: { clientId: ['clientId', 'id'], clientName: ['clientName', 'name'] },
  stepStatus: { stepStatusId: ['stepStatusId', 'id'], stepStatusName: ['stepStatusName', 'name'] },
  status: {
    stepStatusId: ['stepStatusId', 'statusId', 'id'],
    stepStatusName: ['stepStatusName', 'statusName', 'name'],
  },
  contentCreationType: { contentCreationTypeId: ['contentCreationTypeId', 'id', 'name'] },
  productionType: { productionTypeId: ['productionTypeId', 'id', 'name'] },
  postProductionVendor: { postProductionVendorId: ['postProductionVendorId', 'vendorId', 'id'] },
  job: { jobCode: ['jobCode', 'code'], jobId: ['jobId', 'id'] },
  product: {
    productCode: ['productCode', 'code'],
    productId: ['productId', 'id'],
    productCfCode: ['productCfCode', 'cfCode'],
  },
  editorialProject: { editorialProjectId: ['editorialProjectId', 'projectId', 'id'] },
} as const;

const synonymsInTask = {
  taskId: ['externalPostTaskId', 'extPostTaskId', 'id'],
  clientId: ['workspaceId'],
  stepStatusId: ['statusId', 'taskStatusId'],
  stepStatusName: ['statusName', 'taskStatusName', 'taskStatus'],
  postProductionVendorId: ['vendorId'],
  deadlineUtc: ['deadline', 'deadlineDatetimeUtc', 'dueDatetimeUtc', 'dueDateUtc', 'dueDate'],
  finishedDatetimeUtc: ['finishedUtc', 'finishedAt', 'completedDatetimeUtc'],
  editorialDeliverableIds: ['editorialDeliverableId', 'editorialDeliverables', 'deliverableIds', 'deliverables'],
  editorialProjectId: ['projectId'],
} as const;

/** A task or a row of the listing under the names that are read. Beside a number, the text of a status is its name. */
export function withTaskNames(value: unknown): unknown {
  const named = withSynonyms(withNested(value, nestedInTask), synonymsInTask);
  return withSynonyms(named, { stepStatusName: ['status', 'stepStatus'] }, (status) => typeof status === 'string');
}

/** A single deliverable can come as text (docs/reference/creative-force.md#deliverable-ids). */
const idList = z.preprocess((value) => (typeof value === 'string' ? [value] : value), presentIds);

/** What a studio calls its properties and statuses. */
export interface StudioNames {
  readonly propertyNames?: PropertyNames | undefined;
  readonly rejectedStatuses?: RejectedStatuses | undefined;
}

const taskFields = forNames((propertyNames) =>
  z.object({
    taskId: requiredId,
    clientId: requiredId,
    clientName: text,
    stepStatusId: integerOrName,
    stepStatusName: text,
    contentCreationTypeId: integerOrName,
    productionTypeId: integerOrName,
    postProductionVendorId: id,
    deadlineUtc: instant,
    finishedDatetimeUtc: instant.catch(undefined),
    jobId: id,
    jobCode: text,
    productId: id,
    productCode: text,
    productCfCode: text,
    editorialProjectId: id,
    editorialDeliverableIds: idList,
    styleGuide: optionalObject(
      z.object({ styleGuideId: id, name: text, properties: propertiesSchema(propertyNames), ...styleGuideFields }),
    ),
    colorReferenceFiles: colorReferences,
    assetLifeCycles: optionalList(lifeCycleSchema),
  }),
);

/** Reads the task detail (docs/reference/assumptions.md#task-detail) as a {@link Task}. */
export function taskSchema(expected: TaskReference, { propertyNames, rejectedStatuses }: StudioNames = {}) {
  const fields = taskFields(propertyNames);
  return z
    .preprocess((value) => withShots(withTaskNames(value)), fields)
    .transform((wire, context): Task => {
      if (wire.taskId.toLowerCase() !== expected.taskId.toLowerCase()) {
        context.addIssue({ code: 'custom', path: ['taskId'], message: `is another task than ${expected.taskId}` });
      }
      for (const fault of findDuplicates(wire.assetLifeCycles)) context.addIssue({ code: 'custom', ...fault });
      const { styleGuide } = wire;
      return {
        taskId: wire.taskId,
        contentCreationType: parseContentCreationType(wire.contentCreationTypeId) ?? expected.contentCreationType,
        workspace: { id: wire.clientId, name: wire.clientName },
        ...parseStepStatus(wire.stepStatusId, wire.stepStatusName, rejectedStatuses),
        productionTypeId: parseProductionType(wire.productionTypeId),
        vendorId: wire.postProductionVendorId,
        deadline: wire.deadlineUtc,
        finishedAt: wire.finishedDatetimeUtc,
        job: unlessBlank({ id: wire.jobId, code: wire.jobCode }),
        product: unlessBlank({ id: wire.productId, code: wire.productCode, cfCode: wire.productCfCode }),
        editorialProjectId: wire.editorialProjectId,
        editorialDeliverableIds: unlessEmpty(wire.editorialDeliverableIds),
        styleGuide:
          styleGuide &&
          unlessBlank({
            id: styleGuide.styleGuideId,
            name: styleGuide.name,
            properties: styleGuide.properties,
            text: styleGuide.mdDescription,
            fileIds: unlessEmpty(styleGuide.fileIds),
            positions: unlessEmpty(styleGuide.positions.flatMap(toStyleGuidePosition)),
          }),
        colorReferences: unlessEmpty(wire.colorReferenceFiles),
        shots: wire.assetLifeCycles.map(toShot),
      };
    });
}

function toStyleGuidePosition(position: {
  name?: string | undefined;
  mdDescription?: string | undefined;
  fileIds: string[];
}): StyleGuidePosition[] {
  const { name, mdDescription, fileIds } = position;
  if (name === undefined || (mdDescription === undefined && fileIds.length === 0)) return [];
  return [{ name, text: mdDescription, fileIds }];
}

function unlessBlank<T extends object>(facts: T): T | undefined {
  return Object.values(facts).some((fact) => fact !== undefined) ? facts : undefined;
}
