import { z } from 'zod';

import type { Deliverable, InputAsset, Job, OutputSpec, Product, Project } from '../../../domain/task/task';
import { isRecord } from '../../record';
import { httpUrl, instant, optionalObject, requiredId, size, text, integer } from '../../wire-values';
import { ownValue, withNested, withSynonyms, named } from './fields';
import { propertiesSchema, forNames } from './properties';

const dimension = optionalObject(z.object({ width: size, height: size }));

const widthNames = ['width', 'widthInPixel', 'widthInPixels', 'widthPx', 'imageWidth'] as const;
const heightNames = ['height', 'heightInPixel', 'heightInPixels', 'heightPx', 'imageHeight'] as const;

/** The dimension of an object: under one of its names, or as width and height beside the other fields. */
function withDimension(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { dimension: own } = value;
  if (isRecord(own) && Object.hasOwn(own, 'width')) return value;
  const inner = ['dimension', 'dimensions', 'size', 'imageSize'].map((name) => value[name]).find(isRecord);
  const [width, height] = [widthNames, heightNames].map((names) => ownValue(inner ?? value, names));
  return inner === undefined && width === undefined && height === undefined
    ? value
    : { ...value, dimension: { width, height } };
}

const fileName = [text, 'name', 'originalFileName'] as const;
const length = [size, 'fileLength', 'fileSize', 'sizeInBytes'] as const;

/** Sizes are 0 until a fresh upload is analysed (docs/reference/creative-force.md#assets). */
export const inputAssetSchema = named({
  assetId: [requiredId, 'id'],
  fileName,
  length,
  imageInformation: [optionalObject(z.object({ dimension }))],
  videoInformation: [optionalObject(z.object({ videoWidthInPixel: size, videoHeightInPixel: size }))],
}).transform(({ imageInformation, videoInformation, ...asset }): InputAsset => ({
  assetId: asset.assetId,
  fileName: asset.fileName,
  width: imageInformation?.dimension?.width ?? videoInformation?.videoWidthInPixel,
  height: imageInformation?.dimension?.height ?? videoInformation?.videoHeightInPixel,
  bytes: asset.length,
}));

/** A file of the studio: an attachment of a style guide, a reference (docs/reference/assumptions.md#bulk-reads). */
export interface StudioFile {
  readonly fileId: string;
  readonly fileName?: string | undefined;
  readonly bytes?: number | undefined;
  readonly mediaTypeId?: number | undefined;
  /** Where it can be fetched for some hours. Secret, because it is signed; no token is sent there. */
  readonly url?: string | undefined;
}

const file = {
  fileName,
  fileUrl: [httpUrl, 'downloadUrl', 'presignedUrl', 'signedUrl', 'url'],
  length,
  mediaTypeId: [integer],
} as const;

export const studioFileSchema = named({ fileId: [requiredId, 'id'], ...file }).transform(
  ({ fileUrl, length: bytes, ...others }): StudioFile => ({ ...others, bytes, url: fileUrl }),
);

/** An asset object as a downloadable file: its `fileId` is the asset's id (docs/reference/creative-force.md#assets). */
export const assetFileSchema = named({ assetId: [requiredId, 'id'], ...file }).transform(
  ({ assetId: fileId, fileUrl, length: bytes, ...others }): StudioFile => ({ ...others, fileId, bytes, url: fileUrl }),
);

const specNames = {
  specId: ['outputSpecId', 'presetId', 'id'],
  specName: ['name'],
  fileExtension: ['extension', 'fileFormat', 'format', 'fileType', 'fileTypeName'],
  dpi: ['ppi', 'resolution', 'resolutionDpi'],
  colorProfileName: ['colorProfile', 'colourProfile', 'iccProfile', 'iccProfileName'],
  bitsPerChannel: ['bitDepth', 'bitsPerSample'],
  backgroundColor: ['background', 'backgroundColour'],
  maxFileLength: ['maxFileSize', 'maxFileSizeInBytes', 'maxLength', 'maxBytes'],
} as const;
/** A spec can describe its files as an asset does (docs/reference/creative-force.md#assets). */
const nestedInSpec = {
  colorProfile: { colorProfileName: ['colorProfileName', 'name'] },
  imageInformation: {
    fileExtension: ['fileExtension'],
    dpi: ['dpi'],
    colorProfileName: ['colorProfileName'],
    bitsPerChannel: ['bitsPerChannel'],
    dimension: ['dimension'],
  },
} as const;
/** What can be a `resolution`, which then is not one in dots per inch. */
function isSize(found: unknown): boolean {
  return isRecord(found) || (typeof found === 'string' && /\d *[x×] *\d/i.test(found));
}

/** `300`, `300 dpi` or `8 bit`. */
const measured = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().replace(/(?:dpi|ppi|bits?)$/i, '') : value),
  size,
);

/** A preset output (docs/reference/assumptions.md#spec): a missing or 0 value means "not asked for". */
export const outputSpecSchema = z
  .preprocess(
    (value) => withDimension(withSynonyms(withNested(value, nestedInSpec), specNames, (found) => !isSize(found))),
    z.object({
      specId: requiredId,
      specName: text,
      fileExtension: text,
      dpi: measured,
      colorProfileName: text,
      bitsPerChannel: measured,
      backgroundColor: text,
      dimension,
      maxFileLength: size,
    }),
  )
  .transform((wire): OutputSpec => ({
    specId: wire.specId,
    name: wire.specName,
    width: wire.dimension?.width,
    height: wire.dimension?.height,
    extension: parseExtension(wire.fileExtension),
    dpi: wire.dpi,
    colorProfile: wire.colorProfileName,
    bitsPerChannel: wire.bitsPerChannel,
    backgroundColor: parseBackgroundColor(wire.backgroundColor),
    maxBytes: wire.maxFileLength,
  }));

/** `.JPG` becomes `jpg`. */
function parseExtension(printed: string | undefined): string | undefined {
  const extension = printed
    ?.trim()
    .toLowerCase()
    .replace(/^(?:image\/|video\/|\.+)/, '');
  return extension === '' ? undefined : extension;
}

/** `FFFFFF` becomes `#ffffff`. */
function parseBackgroundColor(printed: string | undefined): string | undefined {
  const color = printed?.trim().toLowerCase();
  if (color === undefined || ['', 'transparent', 'none'].includes(color)) return undefined;
  return /^[0-9a-f]{6}$/.test(color) ? `#${color}` : color;
}

// Jobs, products, projects and deliverables: docs/reference/creative-force.md#jobs-and-products; the names of their
// fields are assumed (docs/reference/assumptions.md#job-and-product).

export const jobSchema = forNames((names) =>
  named({
    jobId: [requiredId, 'id'],
    jobCode: [text, 'code'],
    jobName: [text, 'name'],
    deadlineUtc: [instant],
    properties: [propertiesSchema(names)],
  }).transform(({ jobCode, jobName, deadlineUtc, properties }): Job => ({
    code: jobCode,
    name: jobName,
    deadline: deadlineUtc,
    properties,
  })),
);

export const productSchema = forNames((names) =>
  named({
    productId: [requiredId, 'id'],
    productCode: [text, 'code'],
    productCfCode: [text, 'cfCode'],
    productName: [text, 'name'],
    brand: [text],
    color: [text],
    styleCode: [text],
    category: [optionalObject(z.object({ categoryName: text }))],
    properties: [propertiesSchema(names)],
  }).transform(({ productCode, productCfCode, productName, category, productId: _, ...others }): Product => ({
    code: productCode,
    cfCode: productCfCode,
    name: productName,
    category: category?.categoryName,
    ...others,
  })),
);

export const projectSchema = forNames((names) =>
  named({
    projectId: [requiredId, 'id', 'editorialProjectId'],
    projectCode: [text, 'code'],
    projectName: [text, 'name'],
    dueDatetimeUtc: [instant, 'deadlineUtc'],
    properties: [propertiesSchema(names)],
  }).transform(({ projectCode, projectName, dueDatetimeUtc, properties }): Project => ({
    code: projectCode,
    name: projectName,
    deadline: dueDatetimeUtc,
    properties,
  })),
);

export const deliverableSchema = forNames((names) =>
  named({
    deliverableId: [requiredId, 'id', 'editorialDeliverableId'],
    deliverableCode: [text, 'code'],
    deliverableName: [text, 'name'],
    outputName: [text],
    properties: [propertiesSchema(names)],
  }).transform(({ deliverableCode, deliverableName, outputName, properties }): Deliverable => ({
    code: deliverableCode,
    name: deliverableName,
    outputName,
    properties,
  })),
);
