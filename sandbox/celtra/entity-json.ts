import { createHash } from 'node:crypto';
import { outputIdOf, outputNameOf, type Creative } from '../day/model';
import { formatIdOf } from './asset-plans';
import type { OutputVersion } from './output-version';
import type { CeltraOptions } from './options';

/** `YYYY-MM-DD HH:mm:ss`, no zone (docs/reference/celtra.md#timestamps). */
function timestamp(milliseconds: number, offsetMinutes: number): string {
  return new Date(milliseconds + offsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

type Facts = Record<string, unknown>;

/** A cache by version, time zone and creative: a saved version never changes. */
const knownFacts = new WeakMap<object, Map<number, Map<string, Facts>>>();

/** The facts that filters see, with every documented field present (docs/reference/celtra.md#output-fields). */
export function factsOf(outputVersion: OutputVersion, options: CeltraOptions): Facts {
  const { creative, version } = outputVersion;
  const ofVersion = entryOf(knownFacts, version, () => new Map<number, Map<string, Facts>>());
  const ofZone = entryOf(ofVersion, options.timeZoneOffsetMinutes, () => new Map<string, Facts>());
  return entryOf(ofZone, creative.outputId, () => gatherFacts(outputVersion, options));
}

/** The value of a key, which is made when there is none: a search asks for those of all creatives. */
function entryOf<Key, Value>(
  entries: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
}

function gatherFacts({ design, creative, version }: OutputVersion, options: CeltraOptions): Facts {
  return {
    account: { id: design.studio.accountId, name: design.studio.title },
    folder: { id: design.studio.folderId, name: 'Campaigns', customAttributesByName: { Brand: design.studio.title } },
    designFile: {
      id: design.designId,
      name: design.name,
      lastModificationTimestamp: timestamp(version.modifiedAt, options.timeZoneOffsetMinutes),
      contentBlobHash: version.contentBlobHash,
      customAttributesByName: { Season: 'SS27' },
      version: [{ id: design.designId, contentBlobHash: version.contentBlobHash }],
    },
    output: {
      id: outputIdOf(version, creative),
      name: outputNameOf(creative),
      ...dimensions(creative),
      contentAttributesByName: { Product: { Price: creative.product.price } },
      activation: activationOf(creative),
      mediaLineItem: mediaLineItem(creative),
    },
  };
}

/** Everything about an output but its status and assets. */
export function entityJson(
  outputVersion: OutputVersion,
  options: CeltraOptions,
  paths: ReadonlySet<string>,
): Record<string, unknown> {
  const { design, creative, version } = outputVersion;
  const outputId = outputIdOf(version, creative);
  const flavour = options.fixtures === 'full' ? undefined : creative.shapeVariant;
  const extra = (fields: Record<string, unknown>): Record<string, unknown> => (options.extraFields ? fields : {});
  const asksFor = (path: string): boolean => [...paths].some((asked) => asked === path || asked.startsWith(`${path}.`));
  /** A field, or its shape variant unless the request filters on it. */
  const varied = (
    name: string,
    path: string,
    whole: unknown,
    variant: unknown,
    isVaried: boolean,
  ): Record<string, unknown> => {
    if (!isVaried || asksFor(path)) return { [name]: whole };
    return variant === undefined ? {} : { [name]: variant };
  };
  const contentDimensionsByName = contentOf(creative);
  return {
    id: outputId,
    ...varied('name', 'output.name', outputNameOf(creative), null, flavour === 3),
    previewUrl: `https://${design.studio.name}.celtra.example/projects/${design.designId}/outputs/${outputId}`,
    account: { id: design.studio.accountId, name: design.studio.title, ...extra({ region: 'eu' }) },
    folder: {
      id: design.studio.folderId,
      name: 'Campaigns',
      ...varied(
        'customAttributesByName',
        'folder.customAttributesByName',
        { Brand: design.studio.title },
        undefined,
        flavour === 1,
      ),
      ...extra({ colour: 'blue' }),
    },
    designFile: {
      id: design.designId,
      name: design.name,
      lastModificationTimestamp: timestamp(version.modifiedAt, options.timeZoneOffsetMinutes),
      contentBlobHash: version.contentBlobHash,
      ...varied(
        'customAttributesByName',
        'designFile.customAttributesByName',
        { Season: 'SS27' },
        undefined,
        flavour === 2,
      ),
      ...extra({ origin: 'editor' }),
    },
    ...dimensions(creative, flavour),
    contentDimensionsByName:
      options.contentDimensionsShape === 'flat'
        ? contentDimensionsByName
        : Object.fromEntries(Object.entries(contentDimensionsByName).map(([name, value]) => [name, { [name]: value }])),
    ...varied(
      'contentAttributesByName',
      'output.contentAttributesByName',
      { Product: { Price: creative.product.price } },
      undefined,
      flavour === 3,
    ),
    ...varied('activation', 'output.activation', activationOf(creative), {}, flavour === 1),
    ...varied(
      'mediaLineItem',
      'output.mediaLineItem',
      { ...mediaLineItem(creative), ...extra({ orders: {} }) },
      flavour === 1 ? null : undefined,
      flavour === 1 || flavour === 2,
    ),
    ...extra({ rendererGeneration: 7 }),
  };
}

function activationOf(creative: Creative): Record<string, unknown> | null {
  return creative.shapeVariant === 2 ? { id: 'a1', name: 'Spring', markedAsTemplate: false } : null;
}

function mediaLineItem(creative: Creative): Record<string, unknown> {
  return { id: idOf(creative.size), name: creative.size, formatRegistrationId: formatIdOf(creative) };
}

/** Content for a magazine is laid out by deliverable, not by product. */
function contentOf(creative: Creative): Record<string, string> {
  const { product, position, language } = creative;
  return {
    [product.contentCreationType === 'editorial' ? 'Deliverable' : 'Product']: product.code,
    Position: position,
    ...(language === undefined ? {} : { Language: language }),
  };
}

function dimensions(creative: Creative, flavour?: number): Record<string, unknown> {
  const content = contentOf(creative);
  const layout = {
    Layout: creative.width > creative.height ? 'Landscape' : creative.width === creative.height ? 'Square' : 'Portrait',
  };
  const attributes: Readonly<Record<string, string>> = creative.hasSize ? { Size: creative.size } : {};
  return {
    // `attributes` is printed on either map (docs/reference/celtra.md#optional-fields).
    customLayoutDimensions: byId(layout, flavour === 2),
    contentDimensions: byId(content, flavour === 0),
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

const knownIds = new Map<string, string>();

/** The id of a dimension or value follows from its name. */
function idOf(text: string): string {
  const id = knownIds.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 12);
  knownIds.set(text, id);
  return id;
}
