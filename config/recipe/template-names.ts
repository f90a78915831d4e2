import { mentionedVariables } from '../../domain/recipe/template';
import type { Template } from '../../domain/recipe/recipe';
import { closestMatch } from '../../domain/shared/edit-distance';

/** What templates may mention. `open` members come from outside under names that we cannot know. */
const NAMES: Readonly<Record<string, readonly string[] | 'open'>> = {
  studio: ['name'],
  workspace: ['id', 'name'],
  task: ['id', 'contentCreationType', 'productionTypeId', 'deadline'],
  shot: ['position', 'isHero', 'inputs'],
  expected: ['name', 'variant', 'variantName'],
  spec: [
    'id',
    'name',
    'width',
    'height',
    'extension',
    'dpi',
    'colorProfile',
    'bitsPerChannel',
    'backgroundColor',
    'maxBytes',
  ],
  specification: ['id', 'name'],
  styleGuide: ['id', 'name', 'properties'],
  job: ['code', 'name', 'properties'],
  product: ['code', 'cfCode', 'name', 'brand', 'color', 'styleCode', 'category', 'properties'],
  project: ['code', 'name', 'properties'],
  deliverable: ['code', 'name', 'outputName', 'properties'],
  deliverables: 'open',
};

const OUTPUT_NAMES: typeof NAMES = {
  output: 'open',
  asset: ['name', 'position', 'type', 'width', 'height', 'texts'],
};

const INPUT_FOLDER_NAMES: typeof NAMES = {
  studio: ['name'],
  workspace: ['id', 'name'],
  task: ['id', 'contentCreationType', 'deadline'],
  job: ['code'],
  product: ['code', 'cfCode'],
};

const INPUT_NAMES: typeof NAMES = { ...INPUT_FOLDER_NAMES, input: ['folder', 'name', 'position', 'role', 'id'] };

/** The kind of template: only a recipe's `match.output` sees the Celtra Output, only an input's name sees the file. */
export type TemplateSide = 'expected' | 'output' | 'input folder' | 'input name';

const namesOf: Readonly<Record<TemplateSide, typeof NAMES>> = {
  expected: NAMES,
  output: OUTPUT_NAMES,
  'input folder': INPUT_FOLDER_NAMES,
  'input name': INPUT_NAMES,
};

/** Faults of a Liquid template: syntax, filters, or unknown variables. Never quotes values. */
export function templateFaults(template: Template, side: TemplateSide): string[] {
  let mentioned: string[][];
  try {
    mentioned = mentionedVariables(template);
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/, (file:.*, )?line:\d+, col:\d+$/s, '') : 'unreadable';
    return [`is not a Liquid template: ${reason}`];
  }
  const known = namesOf[side];
  return [...new Set(mentioned.flatMap((segments) => unknownName(segments, known) ?? []))];
}

function unknownName([root = '', member]: readonly string[], known: typeof NAMES): string | undefined {
  const members = known[root];
  if (members === undefined) return unknown(root, Object.keys(known), '');
  if (members === 'open' || member === undefined || members.includes(member)) return undefined;
  return unknown(member, members, `${root}.`);
}

function unknown(name: string, candidates: readonly string[], prefix: string): string {
  const close = closestMatch(name, candidates);
  const advice =
    close === undefined
      ? `known here: ${candidates.map((each) => prefix + each).join(', ')}`
      : `did you mean ${prefix}${close}?`;
  return `mentions ${prefix}${name}, which does not exist; ${advice}`;
}
