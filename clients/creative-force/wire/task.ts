import { z } from 'zod';

import { madeOnce } from '../../made-once';
import type {
  ExpectedOutput,
  Shot,
  StyleGuidePosition,
  SupportAsset,
  Task,
  TaskReference,
} from '../../../domain/task/task';
import {
  flag,
  id,
  instant,
  integer,
  integerOrName,
  optionalList,
  optionalObject,
  requiredId,
  text,
} from '../../wire-values';
import {
  parseContentCreationType,
  parseProductionType,
  isRecord,
  parseStepStatus,
  withNested,
  withSynonyms,
  specificationSchema,
  type RejectedStatuses,
} from './fields';
import { propertiesSchema, type PropertyNames } from './properties';

/** An id, also that of an object that has nothing else to say here. */
const idOrObject = z.preprocess(
  (value) => (isRecord(value) ? (value['assetId'] ?? value['fileId'] ?? value['id']) : value),
  id,
);
const presentIds = optionalList(idOrObject).transform((ids) => ids.filter((known) => known !== undefined));

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

const expectedOutputFields = { expectedOutputFilename: text, assetId: id, isRejected: flag };

const outputSpecSchema = z.object({
  specId: id,
  variant: integer,
  variantName: text,
  specification: specificationSchema,
  ...expectedOutputFields,
});

/** Objects, or bare ids as a sibling has them (docs/reference/creative-force.md#task-detail). */
const inputAssets = optionalList(
  z.preprocess(
    (value) => (typeof value === 'string' ? { assetId: value } : value),
    z.object({ assetId: requiredId, fileName: text }),
  ),
);

const lifeCycleFields = z.object({
  assetLifeCycleId: requiredId,
  positionName: text,
  isHero: flag,
  specification: specificationSchema,
  inputAssets,
  inclipAssetIds: presentIds,
  resourceAssetIds: presentIds,
  outputSpecs: optionalList(outputSpecSchema),
  ...expectedOutputFields,
});
const lifeCycleSchema = z.preprocess(
  (value) =>
    withSynonyms(withNested(value, { position: { positionName: ['positionName', 'name'] } }), {
      inputAssets: ['inputAssetIds'],
    }),
  lifeCycleFields,
);
type LifeCycle = z.infer<typeof lifeCycleSchema>;

/** Objects in which the fields of a task may stand (docs/reference/assumptions.md#nested). */
const nestedInTask = {
  client: { clientId: ['clientId', 'id'], clientName: ['clientName', 'name'] },
  stepStatus: { stepStatusName: ['stepStatusName', 'name'], stepStatusId: ['stepStatusId', 'id'] },
  job: { jobCode: ['jobCode', 'code'], jobId: ['jobId', 'id'] },
  product: {
    productCode: ['productCode', 'code'],
    productId: ['productId', 'id'],
    productCfCode: ['productCfCode', 'cfCode'],
  },
  editorialProject: { editorialProjectId: ['editorialProjectId', 'projectId', 'id'] },
} as const;

const synonymsInTask = { editorialDeliverableIds: ['editorialDeliverableId'], editorialProjectId: ['projectId'] };

/** A single deliverable can come as text (docs/reference/creative-force.md#deliverable-ids). */
const idList = z.preprocess((value) => (typeof value === 'string' ? [value] : value), presentIds);

/** What a studio calls its properties and statuses. */
export interface StudioNames {
  readonly propertyNames?: PropertyNames | undefined;
  readonly rejectedStatuses?: RejectedStatuses | undefined;
}

const NO_NAMES: PropertyNames = {};

const taskFields = madeOnce((propertyNames: PropertyNames) =>
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
  const fields = taskFields(propertyNames ?? NO_NAMES);
  return z
    .preprocess((value) => withSynonyms(withNested(value, nestedInTask), synonymsInTask), fields)
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

function toShot(wire: LifeCycle): Shot {
  return {
    shotId: wire.assetLifeCycleId,
    position: wire.positionName,
    isHero: wire.isHero,
    inputs: wire.inputAssets.map(({ assetId, fileName }) => ({ assetId, fileName })),
    support: unlessEmpty([
      ...wire.inclipAssetIds.map((assetId): SupportAsset => ({ assetId, kind: 'inclip' })),
      ...wire.resourceAssetIds.map((assetId): SupportAsset => ({ assetId, kind: 'resource' })),
    ]),
    expectedOutputs: toExpectedOutputs(wire),
  };
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

function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** One per output spec, or one that the shot itself describes (docs/reference/assumptions.md#expected-outputs). */
function toExpectedOutputs(wire: LifeCycle): ExpectedOutput[] {
  const outputs: Partial<z.infer<typeof outputSpecSchema>>[] = wire.outputSpecs.length > 0 ? wire.outputSpecs : [wire];
  return outputs.map((output) => ({
    shotId: wire.assetLifeCycleId,
    specId: output.specId,
    variant: output.variant,
    variantName: output.variantName,
    name: output.expectedOutputFilename,
    specification: output.specification ?? wire.specification,
    assetId: output.assetId,
    isRejected: isCoveredByShot(wire, output.isRejected) || output.isRejected,
  }));
}

/**
 * Whether a shot's flag covers an output: only if no output of the shot is flagged `true` itself, and then those without a
 * flag, or all if each says `false` (docs/reference/assumptions.md#due-set).
 */
function isCoveredByShot({ isRejected, outputSpecs }: LifeCycle, flagOfOutput: boolean | undefined): boolean {
  if (isRejected !== true) return false;
  const flags = outputSpecs.map((output) => output.isRejected);
  if (flags.includes(true)) return false;
  return flagOfOutput === undefined || flags.every((own) => own === false);
}

/** Two expected outputs with one key could not be told apart when they are submitted. */
function findDuplicates(shots: readonly LifeCycle[]): { path: PropertyKey[]; message: string }[] {
  const seen = new Set<string>();
  const faults: { path: PropertyKey[]; message: string }[] = [];
  const look = (key: string, path: PropertyKey[], message: string) => {
    if (seen.has(key)) faults.push({ path: ['assetLifeCycles', ...path], message });
    seen.add(key);
  };
  shots.forEach(({ assetLifeCycleId, outputSpecs }, shot) => {
    look(assetLifeCycleId, [shot, 'assetLifeCycleId'], 'occurs twice');
    outputSpecs.forEach(({ specId, variant }, output) => {
      const key = `${assetLifeCycleId}/${specId ?? ''}/${variant ?? ''}`;
      look(key, [shot, 'outputSpecs', output], 'has the same spec and variant as another output of its shot');
    });
  });
  return faults;
}

function unlessBlank<T extends object>(facts: T): T | undefined {
  return Object.values(facts).some((fact) => fact !== undefined) ? facts : undefined;
}
