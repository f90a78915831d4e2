import { z } from 'zod';

import type { Annotation } from '../../../domain/task/task';
import { addIssues, flag, id, instant, integer, requiredId, text } from '../../wire-values';
import { isRecord } from '../../record';
import { ownValue, withSynonyms } from './fields';
import { readAuthor } from './markings/attributes';
import type { RawMarking } from './markings/read-marking';
import { readMarkings, settleMarkings } from './markings/read-markings';
import { pageSchema } from './page';

/** A note whose markings are as they are written: only all notes of an answer together tell their unit. */
export interface ReadNote {
  readonly note: Annotation;
  readonly drawn: readonly RawMarking[];
}

const noteSchema = z.object({
  annotationId: requiredId,
  assetLifeCycleId: id,
  specId: id,
  variant: integer,
  assetId: id,
  kind: text,
  comment: text,
  createdDatetimeUtc: instant.catch(undefined),
  isRejection: flag.catch(undefined),
});

const synonyms = {
  annotationId: ['id', 'noteId', 'commentId', 'rejectionId'],
  assetLifeCycleId: ['assetLifecycleId', 'lifeCycleId', 'lifecycleId', 'shotId'],
  kind: ['type', 'annotationType', 'noteType', 'category'],
  comment: ['text', 'note', 'message', 'body', 'commentText', 'description'],
  createdDatetimeUtc: ['createdAt', 'createdUtc', 'createdOn', 'created', 'createdDate', 'datetimeUtc', 'timestamp'],
} as const;

/**
 * Instructions and rejection notes (docs/reference/assumptions.md#annotations): a row is one, or an asset, a revision or another object
 * with a list of them. An unknown kind becomes `other`.
 */
export const annotationRowSchema = z.unknown().transform((row, context): ReadNote[] => {
  const read: ReadNote[] = [];
  for (const { path, value } of notesOf(row)) {
    const parsed = noteSchema.safeParse(withComment(withSynonyms(value, synonyms)));
    if (parsed.success)
      read.push({ note: toNote(parsed.data, value), drawn: isRecord(value) ? readMarkings(value) : [] });
    else addIssues(context, parsed.error.issues, path);
  }
  return read;
});

/** Lists of an answer that hold one kind of notes each. */
const listsByKind = {
  instruction: ['instructions', 'instructionNotes', 'instructionAnnotations'],
  rejection: ['rejections', 'rejectionNotes', 'rejectNotes', 'rejectionAnnotations'],
} as const;

/** A page of notes, or an object with the instructions in one list and the rejection notes in another. */
export const annotationPageSchema = z.preprocess(joinKinds, pageSchema(annotationRowSchema));

function joinKinds(body: unknown): unknown {
  if (!isRecord(body)) return body;
  const found = Object.entries(listsByKind).flatMap(([kind, names]) => {
    const list = ownValue(body, names);
    return Array.isArray(list) ? [list.map((note: unknown) => (isRecord(note) ? { ...note, kind } : note))] : [];
  });
  const others = ownValue(body, ['annotations', 'pageData', 'notes']);
  return found.length === 0 ? body : [...found.flat(), ...(Array.isArray(others) ? (others as unknown[]) : [])];
}

/** The notes of an answer with their markings. */
export function toAnnotations(notes: readonly ReadNote[]): Annotation[] {
  // A note may stand in several revisions.
  const each = [...new Map(notes.map((one) => [one.note.annotationId, one])).values()];
  const markings = settleMarkings(each.map(({ drawn }) => drawn));
  return each.map(({ note }, index) => {
    const own = markings[index] ?? [];
    return own.length === 0 ? note : { ...note, markings: own };
  });
}

function toNote(
  { assetLifeCycleId, createdDatetimeUtc, isRejection, ...wire }: z.infer<typeof noteSchema>,
  value: unknown,
): Annotation {
  const author = isRecord(value) ? readAuthor([value]) : undefined;
  return {
    ...wire,
    shotId: assetLifeCycleId,
    createdAt: createdDatetimeUtc,
    kind: isRejection === true ? 'rejection' : annotationKind(wire.kind),
    ...(author !== undefined && { author }),
  };
}

function annotationKind(kind = ''): Annotation['kind'] {
  if (/reject/i.test(kind)) return 'rejection';
  return /instruct/i.test(kind) ? 'instruction' : 'other';
}

/** A comment that is an object, or a list of comments: their texts, one below the other. */
function withComment(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const written = ownValue(value, ['comment']) ?? ownValue(value, ['comments', 'replies']);
  const parts = Array.isArray(written) ? (written as unknown[]) : [written];
  if (written === undefined || typeof written === 'string') return value;
  const texts = parts.flatMap((part) => {
    const text = isRecord(part) ? ownValue(part, ['comment', 'text', 'message', 'body']) : part;
    return typeof text === 'string' && text.trim() !== '' ? [text] : [];
  });
  return { ...value, comment: texts.length === 0 ? undefined : texts.join('\n') };
}

const listNames = [
  'annotations',
  'notes',
  'revisions',
  'versions',
  'rejections',
  'comments',
  'assets',
  'items',
] as const;
/** What a note inside takes over from the object around it. */
const inherited = [
  'assetLifeCycleId',
  'specId',
  'variant',
  'assetId',
  'kind',
  'imageWidth',
  'imageHeight',
  'image',
  'dimension',
] as const;
const MOST_LEVELS = 4;

interface FoundNote {
  readonly path: PropertyKey[];
  readonly value: unknown;
}

/** The notes of a row, which is one itself when it has an id of its own or holds no list of objects. */
function notesOf(value: unknown, path: PropertyKey[] = []): FoundNote[] {
  if (!isRecord(value) || path.length >= 2 * MOST_LEVELS) return [{ path, value }];
  const ids = ['annotationId', ...synonyms.annotationId.filter((name) => name !== 'id')];
  const name = listNames.find((one) => Object.hasOwn(value, one) && isListOfObjects(value[one]));
  if (name === undefined || ids.some((one) => Object.hasOwn(value, one))) return [{ path, value }];
  const given = Object.fromEntries(
    inherited.flatMap((one) => (Object.hasOwn(value, one) ? [[one, value[one]] as const] : [])),
  );
  const known = name === 'rejections' ? { kind: 'rejection', ...given } : given;
  return (value[name] as unknown[]).flatMap((inner, index) =>
    notesOf(isRecord(inner) ? { ...known, ...inner } : inner, [...path, name, index]),
  );
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every((part) => isRecord(part));
}
