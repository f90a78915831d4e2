import { isSameId } from '../delivery/last-submission';
import { placeInWords, placeMarking, type Marking, type PictureSize } from '../delivery/marking';
import { pluralise } from '../shared/text';
import { expectedOutputKey, expectedOutputs, type ShotOutput } from './expected-output';
import { expectedOutputLabel } from './output-label';
import { specOf, type TaskFacts } from './task-facts';
import type { Annotation, Shot } from './task';

/** A rejection note and where it belongs: an expected output, a position, or the whole task. */
export interface RejectionNote {
  readonly where: string;
  /** Of the expected output that it is about, if it is about one. */
  readonly expectedKey?: string | undefined;
  /** Of the expected outputs that it can be about, when it names their position and not which of them. */
  readonly possibleKeys?: readonly string[] | undefined;
  /** Empty when the note is nothing but its markings. */
  readonly text: string;
  readonly author?: string | undefined;
  /** By Creative Force's clock; Unix milliseconds. */
  readonly at?: number | undefined;
  readonly markings?: readonly Marking[] | undefined;
  /** How many more markings it has, which are only to be seen in Creative Force. */
  readonly markingsLeftOut?: number | undefined;
}

/** What Creative Force said of a round that it rejected. */
export interface TaskRejection {
  /** The round that was rejected; 0 is the first delivery. */
  readonly round: number;
  /** When it became known; Unix milliseconds. */
  readonly at: number;
  readonly notes: readonly RejectionNote[];
}

/** What is kept of one rejection: far more than people write, and little enough for the state of a workflow. */
const MOST_NOTES = 50;
const MOST_CHARACTERS = 2_000;
const MOST_MARKINGS = 100;
/** A task is rejected a few times; of one that is rejected more often the last ones are of interest. */
const MOST_REJECTIONS = 8;

/**
 * In the task's order; notes without a position come last. `sizes`: those of the delivered pictures by expected key, as far as they are
 * known, for markings whose coordinates are pixels; otherwise the size that the spec asks for counts.
 */
export function rejectionNotes(
  facts: Pick<TaskFacts, 'task' | 'specs'>,
  annotations: readonly Annotation[],
  sizes: ReadonlyMap<string, PictureSize> = new Map(),
): RejectionNote[] {
  const rest = new Set(
    annotations.filter(({ kind, comment, markings }) => kind === 'rejection' && (comment ?? markings)),
  );
  const taken = (belongs: (note: Annotation) => boolean): Annotation[] => {
    const found = [...rest].filter(belongs);
    for (const note of found) rest.delete(note);
    return found;
  };
  const ofOutputs = expectedOutputs(facts.task).flatMap((output) => {
    const expectedKey = expectedOutputKey(output.expected);
    const where = expectedOutputLabel(facts, output);
    const size = sizeOf(facts, output, sizes);
    return taken((note) => isAbout(note, output)).map((note) => toNote(note, { where, expectedKey }, size));
  });
  const ofShots = facts.task.shots.flatMap((shot) => {
    const place = placeOfShot(facts, shot, sizes);
    return taken(({ shotId }) => isSameId(shotId, shot.shotId)).map((note) => toNote(note, place.of, place.size));
  });
  const sizeOfAll = commonSize(facts, expectedOutputs(facts.task), sizes);
  const ofTask = [...rest].map((note) => toNote(note, { where: 'The task' }, sizeOfAll));
  return bounded([...ofOutputs, ...ofShots, ...ofTask]);
}

/** A note about a shot of which one output was rejected is about that output; of several it can be any. */
function placeOfShot(
  facts: Pick<TaskFacts, 'task' | 'specs'>,
  shot: Shot,
  sizes: ReadonlyMap<string, PictureSize>,
): {
  readonly of: Pick<RejectionNote, 'where' | 'expectedKey' | 'possibleKeys'>;
  readonly size?: PictureSize | undefined;
} {
  const outputs = expectedOutputs(facts.task).filter((output) => output.shot === shot);
  const rejected = outputs.filter(({ expected }) => expected.isRejected === true);
  const possible = rejected.length > 0 ? rejected : outputs;
  const possibleKeys = possible.map(({ expected }) => expectedOutputKey(expected));
  const [only] = possible;
  const [expectedKey] = possibleKeys;
  if (only !== undefined && expectedKey !== undefined && possible.length === 1) {
    const where = expectedOutputLabel(facts, only);
    return { of: { where, expectedKey }, size: sizeOf(facts, only, sizes) };
  }
  return {
    of: { where: shot.position ?? shot.shotId, ...(possibleKeys.length > 0 && { possibleKeys }) },
    size: commonSize(facts, possible, sizes),
  };
}

/** The size of all these outputs, if they have the same: then pixels mean the same place in each. */
function commonSize(
  facts: Pick<TaskFacts, 'specs'>,
  outputs: readonly ShotOutput[],
  sizes: ReadonlyMap<string, PictureSize>,
): PictureSize | undefined {
  const [first, ...others] = outputs.map((output) => sizeOf(facts, output, sizes));
  const isCommon = others.every((size) => size?.width === first?.width && size?.height === first?.height);
  return isCommon ? first : undefined;
}

function sizeOf(
  facts: Pick<TaskFacts, 'specs'>,
  output: ShotOutput,
  sizes: ReadonlyMap<string, PictureSize>,
): PictureSize | undefined {
  return sizes.get(expectedOutputKey(output.expected)) ?? wantedSize(facts, output);
}

function isAbout({ assetId, shotId = '', specId, variant }: Annotation, { expected }: ShotOutput): boolean {
  if (assetId !== undefined && isSameId(assetId, expected.assetId)) return true;
  if (specId === undefined) return false;
  const named = expectedOutputKey({ shotId, specId, variant: variant ?? expected.variant });
  return isSameId(named, expectedOutputKey(expected));
}

function wantedSize(facts: Pick<TaskFacts, 'specs'>, output: ShotOutput): PictureSize | undefined {
  const { width, height } = specOf(facts, output) ?? {};
  return width === undefined || height === undefined ? undefined : { width, height };
}

function toNote(
  { comment = '', author, createdAt, markings = [] }: Annotation,
  place: Pick<RejectionNote, 'where' | 'expectedKey' | 'possibleKeys'>,
  size?: PictureSize,
): RejectionNote {
  return {
    ...place,
    text: comment.length > MOST_CHARACTERS ? `${comment.slice(0, MOST_CHARACTERS)}…` : comment,
    ...(author !== undefined && { author }),
    ...(createdAt !== undefined && { at: createdAt }),
    ...(markings.length > 0 && { markings: markings.map((marking) => placeMarking(marking, size)) }),
  };
}

/** The first notes, and of their markings the first ones over all notes. */
function bounded(notes: readonly RejectionNote[]): RejectionNote[] {
  let left = MOST_MARKINGS;
  return notes.slice(0, MOST_NOTES).map(({ markings, ...note }) => {
    if (markings === undefined) return note;
    const kept = markings.slice(0, left);
    left -= kept.length;
    const markingsLeftOut = markings.length - kept.length;
    return { ...note, markings: kept, ...(markingsLeftOut > 0 && { markingsLeftOut }) };
  });
}

/** The rejections of a task with one more, or with what is known now of the last one; only the last ones are kept. */
export function withRejection(known: readonly TaskRejection[], latest: TaskRejection): TaskRejection[] {
  const others = known.filter(({ round }) => round !== latest.round);
  const before = known.find(({ round }) => round === latest.round);
  return [...others, { ...latest, at: before?.at ?? latest.at }].slice(-MOST_REJECTIONS);
}

/** A note in words, one line for each marking: `Front, Feed 1:1, upper right: too dark`. */
export function rejectionWords({ where, text, markings = [], markingsLeftOut = 0 }: RejectionNote): string[] {
  const lines = markings.map(
    (marking) => `${where}, ${placeInWords(marking)}: ${oneLine(marking.text ?? text) || 'marked, without a text'}`,
  );
  const isSaid = markings.some((marking) => marking.text === undefined || marking.text === text);
  const own = text === '' || isSaid ? [] : [`${where}: ${oneLine(text)}`];
  const more = markingsLeftOut > 0 ? [`${where}: ${pluralise(markingsLeftOut, 'more marking')} in Creative Force`] : [];
  const all = [...own, ...new Set(lines), ...more];
  return all.length > 0 ? all : [`${where}: rejected without a text`];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
