import { z } from 'zod';

import type { ExpectedOutput, Shot, SupportAsset } from '../../../domain/task/task';
import { toList } from '../../lists';
import { isRecord, type Fields } from '../../record';
import { flag, id, integer, optionalList, requiredId, text } from '../../wire-values';
import { ownValue, soundsRejected, specificationSchema, withNested, withSynonyms } from './fields';

/** An id, also that of an object that has nothing else to say here. */
const idOrObject = z.preprocess(
  (value) =>
    isRecord(value)
      ? ownValue(value, ['assetId', 'fileId', 'deliverableId', 'editorialDeliverableId', 'projectId', 'id'])
      : value,
  id,
);
/** Ids, or objects that have one; those that are absent are left out. */
export const presentIds = optionalList(idOrObject).transform((ids) => ids.filter((known) => known !== undefined));

/** Other names of the fields of a shot and of an expected output (docs/reference/assumptions.md#expected-outputs). */
const shotNames = {
  assetLifeCycleId: ['assetLifecycleId', 'lifeCycleId', 'lifecycleId', 'shotId', 'id'],
  inputAssets: ['inputAssetIds', 'inputs'],
  outputSpecs: ['expectedOutputs', 'expectedOutputAssets', 'expectedAssets', 'outputAssets', 'outputs'],
  expectedOutputFilename: ['expectedOutputFileName', 'expectedFileName', 'expectedFilename', 'outputFileName'],
  isRejected: ['rejected'],
} as const;
const outputNames = {
  specId: ['outputSpecId', 'presetId'],
  variant: ['variantId', 'variantNumber', 'variantIndex'],
  expectedOutputFilename: [...shotNames.expectedOutputFilename, 'outputFilename', 'fileName', 'filename'],
  assetId: ['outputAssetId', 'returnedAssetId', 'currentAssetId'],
  isRejected: shotNames.isRejected,
} as const;
const nestedInOutput = {
  spec: { specId: ['specId', 'id'] },
  variant: { variant: ['variant', 'variantId', 'number', 'index', 'id'], variantName: ['variantName', 'name'] },
} as const;
const statusNames = ['status', 'statusName', 'qcStatus', 'qcStatusName', 'state'] as const;

/** A status in words that says rejected counts as the flag, where there is no flag. */
function withRejection(value: unknown): unknown {
  if (!isRecord(value) || Object.hasOwn(value, 'isRejected')) return value;
  const isRejected = statusNames.some((name) => {
    const said = Object.hasOwn(value, name) ? value[name] : undefined;
    return typeof said === 'string' && soundsRejected(said);
  });
  return isRejected ? { ...value, isRejected } : value;
}

const expectedOutputFields = { expectedOutputFilename: text, assetId: id, isRejected: flag };

const outputSpecSchema = z.preprocess(
  (value) => withRejection(withSynonyms(withNested(value, nestedInOutput), outputNames)),
  z.object({
    specId: id,
    variant: integer,
    variantName: text,
    specification: specificationSchema,
    ...expectedOutputFields,
  }),
);

/** Objects, or bare ids as a sibling has them (docs/reference/creative-force.md#task-detail). */
const inputAssets = optionalList(
  z.preprocess(
    (value) => withSynonyms(typeof value === 'string' ? { assetId: value } : value, { assetId: ['id'] }),
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

/** One shot of the task detail (docs/reference/assumptions.md#task-detail). */
export const lifeCycleSchema = z.preprocess(
  (value) =>
    withRejection(withSynonyms(withNested(value, { position: { positionName: ['positionName', 'name'] } }), shotNames)),
  lifeCycleFields,
);
export type LifeCycle = z.infer<typeof lifeCycleSchema>;

/** Fields of a shot that a row of a flat list may carry. An `assetId` there is that of the row itself. */
const shotFields = [
  'position',
  'positionName',
  'isHero',
  'specification',
  'expectedOutputFilename',
  'isRejected',
] as const;
const listNames = {
  inputs: ['inputAssets', 'inputs', 'assets'],
  outputs: ['outputSpecs', ...shotNames.outputSpecs],
  shots: ['assetLifeCycles', 'assetLifecycles', 'lifeCycles', 'lifecycles', 'shots'],
} as const;

/**
 * Adds the shots of a task that lists its inputs, its expected outputs or both, each of which names its shot. Where none does and
 * the inputs hold the outputs, each input is a shot under its own id. A task that lists neither stays as it is.
 */
export function withShots(task: unknown): unknown {
  if (!isRecord(task)) return task;
  if (Array.isArray(toList(task['assetLifeCycles']))) return task;
  const shots = ownValue(task, listNames.shots);
  if (shots !== undefined && shots !== null) return { ...task, assetLifeCycles: shots };
  const listed = recordsOf(task, listNames.inputs);
  const holdOutputs = listed.some((input) => recordsOf(input, listNames.outputs).length > 0);
  const areShots = holdOutputs && listed.every((input) => shotIdOf(input) === undefined);
  const inputs = areShots ? listed.map(asOwnShot) : listed;
  const outputs = recordsOf(task, listNames.outputs);
  const rows = [...inputs, ...outputs];
  const shotIds = new Set(rows.map(shotIdOf));
  if (rows.length === 0) return task;
  return {
    ...task,
    assetLifeCycles: [...shotIds].map((shotId) => {
      const isOwn = (row: Fields): boolean => shotIdOf(row) === shotId;
      const first = rows.find(isOwn) ?? {};
      return {
        ...Object.fromEntries(
          shotFields.flatMap((name) => (Object.hasOwn(first, name) ? [[name, first[name]] as const] : [])),
        ),
        assetLifeCycleId: shotId,
        inputAssets: inputs.filter(isOwn),
        outputSpecs: [
          ...inputs.filter(isOwn).flatMap((input) => recordsOf(input, listNames.outputs)),
          ...outputs.filter(isOwn),
        ],
      };
    }),
  };
}

function asOwnShot(input: Fields): Fields {
  return { ...input, assetLifeCycleId: ownValue(input, ['assetId', 'inputAssetId', 'id']) };
}

function recordsOf(fields: Fields, names: readonly string[]): readonly Fields[] {
  const list = toList(ownValue(fields, names));
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function shotIdOf(row: Fields): unknown {
  const shotId = ownValue(row, ['assetLifeCycleId', ...shotNames.assetLifeCycleId.filter((name) => name !== 'id')]);
  return typeof shotId === 'string' ? shotId.toLowerCase() : shotId;
}

export function toShot(wire: LifeCycle): Shot {
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

export function unlessEmpty<T>(list: T[]): T[] | undefined {
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
export function findDuplicates(shots: readonly LifeCycle[]): { path: PropertyKey[]; message: string }[] {
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
