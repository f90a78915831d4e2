import { createHash } from 'node:crypto';
import { revisionOf, type Creative, type Design, type DesignVersion } from '../day/model';
import type { PictureFormat } from '../pictures/render';
import type { Render, Renders } from './renders';

/** One output of one saved version: what filters are asked of and what answers are made of. */
export interface Candidate {
  readonly design: Design;
  readonly creative: Creative;
  readonly version: DesignVersion;
}

/** `YYYY-MM-DD HH:mm:ss`, no zone (celtra.md §4.4); here it is UTC. */
function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** The facts that filters see, with every documented field present (celtra.md §6.1). */
export function factsOf({ design, creative, version }: Candidate): Record<string, unknown> {
  return {
    account: { id: design.studio.accountId, name: design.studio.title },
    folder: { id: design.studio.folderId, name: 'Campaigns', customAttributesByName: { Brand: design.studio.title } },
    designFile: {
      id: design.designId,
      name: design.name,
      lastModificationTimestamp: timestamp(version.modifiedAt),
      contentBlobHash: version.contentBlobHash,
      customAttributesByName: { Season: 'SS27' },
      version: [{ id: design.designId, contentBlobHash: version.contentBlobHash }],
    },
    output: {
      id: creative.outputId,
      name: nameOf(creative),
      ...dimensions(creative),
      contentAttributesByName: { Product: { Price: creative.product.price } },
      activation: null,
      mediaLineItem: mediaLineItem(creative),
    },
  };
}

/** The asset's state as this answer tells it; asking counts as one poll. */
export function outputJson(candidate: Candidate, format: PictureFormat, renders: Renders): Record<string, unknown> {
  const { design, creative, version } = candidate;
  const render = { design, creative, revision: revisionOf(version, creative), format };
  const image = imageAsset(render, renders);
  const { flavour } = creative;
  return {
    id: creative.outputId,
    name: flavour === 3 ? null : nameOf(creative),
    // No asset pending and one in error is "error" (celtra.md §6.3); text assets have no status.
    status: image['status'],
    previewUrl: `https://${design.studio.name}.celtra.example/projects/${design.designId}/outputs/${creative.outputId}`,
    account: { id: design.studio.accountId, name: design.studio.title, region: 'eu' },
    folder: {
      id: design.studio.folderId,
      name: 'Campaigns',
      ...(flavour === 1 ? {} : { customAttributesByName: { Brand: design.studio.title } }),
    },
    designFile: {
      id: design.designId,
      name: design.name,
      lastModificationTimestamp: timestamp(version.modifiedAt),
      contentBlobHash: version.contentBlobHash,
      ...(flavour === 2 ? {} : { customAttributesByName: { Season: 'SS27' } }),
      origin: 'editor',
    },
    ...dimensions(creative),
    ...(flavour === 3 ? {} : { contentAttributesByName: { Product: { Price: creative.product.price } } }),
    activation: [null, {}, { id: 'a1', name: 'Spring', markedAsTemplate: false }, null][flavour],
    ...(flavour === 2 ? {} : { mediaLineItem: flavour === 1 ? null : mediaLineItem(creative) }),
    assets: {
      image,
      ...(flavour % 2 === 0 ? { headline: { type: 'Text', text: creative.product.name } } : {}),
    },
    rendererGeneration: 7,
  };
}

function imageAsset(render: Render, renders: Renders): Record<string, unknown> {
  const { creative, format } = render;
  const shape = { type: 'Image', width: creative.width, height: creative.height };
  if (renders.isPending(render)) return { ...shape, status: 'pending' };
  if (creative.failsWith !== undefined) {
    // Both names are in print (celtra.md A6).
    return { ...shape, status: 'error', [creative.flavour % 2 === 0 ? 'error' : 'errorMessage']: creative.failsWith };
  }
  return {
    ...shape,
    status: 'finished',
    url: renders.issueAddress(render),
    blobHash: renders.blobHash(render),
    extension: format.format === 'jpeg' ? (creative.flavour === 3 ? 'jpeg' : 'jpg') : format.format,
    colorSpace: 'sRGB',
  };
}

function nameOf(creative: Creative): string {
  return `${creative.product.code} ${creative.position} ${creative.size}`;
}

function mediaLineItem(creative: Creative): Record<string, unknown> {
  return { id: idOf(creative.size), name: creative.size, formatRegistrationId: 'com.celtra.image' };
}

function dimensions(creative: Creative): Record<string, unknown> {
  const { product } = creative;
  // Content for a magazine is laid out by deliverable, not by product.
  const content = {
    [product.contentCreationType === 'editorial' ? 'Deliverable' : 'Product']: product.code,
    Position: creative.position,
  };
  const layout = {
    Layout: creative.width > creative.height ? 'Landscape' : creative.width === creative.height ? 'Square' : 'Portrait',
  };
  const attributes: Readonly<Record<string, string>> = creative.hasSize ? { Size: creative.size } : {};
  return {
    // `attributes` is printed on either map (celtra.md A7).
    customLayoutDimensions: byId(layout, creative.flavour === 2),
    contentDimensions: byId(content, creative.flavour === 0),
    mediaLineItemAttributes: byId(attributes, false),
    customLayoutDimensionsByName: layout,
    contentDimensionsByName: content,
    mediaLineItemAttributesByName: attributes,
  };
}

function byId(named: Readonly<Record<string, string>>, hasAttributes: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [
      idOf(name),
      {
        id: idOf(name),
        name,
        value: { id: idOf(`${name}/${value}`), name: value },
        ...(hasAttributes ? { attributes: {} } : {}),
      },
    ]),
  );
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
