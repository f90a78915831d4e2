import type { DeliveredFile, DeliveredRound } from '../../domain/delivery/delivery-record';
import type { KeptPicture } from '../../domain/delivery/kept-picture';
import { type Marking, type PictureSize, placeInWords } from '../../domain/delivery/marking';
import { candidateId } from '../../domain/plan/candidate-id';
import { groupedBy } from '../../domain/shared/grouped-by';
import { bytesText, pixelsText } from '../../domain/shared/text';
import type { OutputStatus } from '../../domain/task/output-status';
import type { RejectionNote, TaskRejection } from '../../domain/task/rejection-notes';
import type { OutputSpec, TaskReference } from '../../domain/task/task';
import { shownPicture } from '../pictures/picture-address';
import { shownTime } from '../shared/times';
import { markingShape } from './marking-shapes';

/** Markings of a picture whose size is not known are drawn on a square that is stretched over it. */
const UNKNOWN_SIZE: PictureSize = { width: 640, height: 640 };

export interface OutputReading {
  readonly task: Pick<TaskReference, 'studio' | 'taskId'>;
  readonly outputs: readonly OutputStatus[];
  readonly rounds: readonly DeliveredRound[];
  readonly rejections: readonly TaskRejection[];
  readonly pictures: readonly KeptPicture[];
  /** Unix milliseconds. */
  readonly now: number;
}

/** Every expected output of a task: also those that only an earlier round knows. */
export function outputViews(reading: OutputReading) {
  const known = new Set(reading.outputs.map(({ expectedKey }) => expectedKey));
  const delivered = reading.rounds.flatMap(({ files }) => files.filter(({ expectedKey }) => !known.has(expectedKey)));
  const onlyDelivered = [...groupedBy(delivered, ({ expectedKey }) => expectedKey).values()].flatMap(([file]) =>
    file === undefined ? [] : [{ expectedKey: file.expectedKey, label: file.label, inputs: [] }],
  );
  return [...reading.outputs, ...onlyDelivered].map((output, index) => outputView(output, index, reading));
}

function outputView(output: OutputStatus, index: number, reading: OutputReading) {
  const { task, pictures } = reading;
  const { expectedKey, label, fileName = '', inputs, spec, isRejected } = output;
  const [input] = inputs;
  return {
    key: expectedKey,
    label,
    /** An id for links within the page. */
    anchor: `output-${index + 1}`,
    wanted: specText(spec),
    fileName,
    isRejected: isRejected === true,
    input: {
      name: input?.fileName ?? (input === undefined ? 'no input' : 'input'),
      picture: shownPicture(task, pictures, input && { kind: 'input', assetId: input.assetId }, `Input of ${label}`),
    },
    /** What goes out, or went out last; absent while no creative is chosen. */
    goes: goesOut(output, reading),
    findings: output.file?.findings ?? [],
    /** Newest first. */
    rounds: reading.rounds.toReversed().flatMap((round) => {
      const file = round.files.find((each) => each.expectedKey === expectedKey);
      return file === undefined ? [] : [outputRound(file, round, reading)];
    }),
  };
}

export type OutputView = ReturnType<typeof outputView>;

function goesOut({ label, creative, file }: OutputStatus, { task, pictures }: OutputReading) {
  if (creative === undefined && file === undefined) return undefined;
  const alt = `Creative for ${label}`;
  const ofFile = shownPicture(task, pictures, file && { kind: 'delivered', sha256: file.sha256 }, alt);
  const ofCreative = shownPicture(
    task,
    pictures,
    creative && { kind: 'creative', candidateId: candidateId(creative) },
    alt,
  );
  return {
    caption: creative?.name ?? creative?.outputId ?? 'a file of your own',
    file: file === undefined ? '' : `${file.fileName}, ${pixelsText(file)}, ${bytesText(file.bytes)}`,
    picture: ofFile.address === undefined ? ofCreative : ofFile,
  };
}

/** What one round has delivered for an output, and what the studio has said of it. */
function outputRound(
  file: DeliveredFile,
  { round, submittedAt }: DeliveredRound,
  { task, pictures, rejections, now }: OutputReading,
) {
  const picture = shownPicture(
    task,
    pictures,
    { kind: 'delivered', sha256: file.sha256 },
    `Delivered for ${file.label}, ${roundTitle(round)}`,
  );
  const { expectedKey } = file;
  const all = rejections.find((rejection) => rejection.round === round)?.notes ?? [];
  const notes = all.filter((note) => note.expectedKey === expectedKey || note.possibleKeys?.includes(expectedKey));
  const numbered = numberMarkings(notes);
  const size =
    picture.width === undefined || picture.height === undefined
      ? UNKNOWN_SIZE
      : { width: picture.width, height: picture.height };
  return {
    round,
    title: roundTitle(round),
    submitted: shownTime(Date.parse(submittedAt), now),
    fileName: file.fileName,
    size: [pixelsText(file), bytesText(file.bytes)].filter((part) => part !== '').join(', '),
    creative: file.outputId,
    /** With what a reviewer has drawn on it. */
    marked: {
      picture,
      size,
      shapes: numbered.flatMap(({ markings }) =>
        markings.flatMap(({ number, marking }) => markingShape(marking, number, size) ?? []),
      ),
    },
    isRejected: notes.some((note) => note.expectedKey === expectedKey),
    notes: numbered.map(({ note, markings }) => noteView(note, markings, now)),
  };
}

/** Notes that are about no output: about a position of which none was delivered, or the whole task. */
export function otherNotes(rejection: TaskRejection, now: number) {
  const notes = rejection.notes.filter(({ expectedKey, possibleKeys }) => !expectedKey && !possibleKeys);
  return numberMarkings(notes).map(({ note, markings }) => noteView(note, markings, now));
}

interface NumberedNote {
  readonly note: RejectionNote;
  readonly markings: readonly { readonly number: number; readonly marking: Marking }[];
}

/** Numbers the markings of one picture over all its notes. */
function numberMarkings(notes: readonly RejectionNote[]): NumberedNote[] {
  const before = (index: number): number =>
    notes.slice(0, index).reduce((sum, { markings = [] }) => sum + markings.length, 0);
  return notes.map((note, index) => ({
    note,
    markings: (note.markings ?? []).map((marking, own) => ({ number: before(index) + own + 1, marking })),
  }));
}

/** What a reviewer has written, with the numbers of what they have drawn. */
function noteView(note: RejectionNote, markings: NumberedNote['markings'], now: number) {
  const { where, text, author, at, markingsLeftOut = 0, possibleKeys } = note;
  return {
    where,
    /** It names a position, so it can be about another output of it. */
    isOfPosition: possibleKeys !== undefined,
    text,
    author,
    at: at === undefined ? undefined : shownTime(at, now),
    markings: markings.map(({ number, marking }) => ({
      number,
      place: placeInWords(marking),
      text: marking.text === undefined || marking.text === text ? '' : marking.text,
    })),
    leftOut: markingsLeftOut,
  };
}

/** `First delivery`, `Correction 2`. */
export function roundTitle(round: number): string {
  return round === 0 ? 'First delivery' : `Correction ${round}`;
}

/** What an output spec demands, in a line: `1080 × 1350, jpg, sRGB, at most 2.0 MB`. */
export function specText(spec: OutputSpec | undefined): string {
  if (spec === undefined) return '';
  const { extension, colorProfile, dpi, bitsPerChannel, backgroundColor, maxBytes } = spec;
  return [
    pixelsText(spec),
    extension,
    colorProfile,
    dpi && `${dpi} dpi`,
    bitsPerChannel && `${bitsPerChannel} bits`,
    backgroundColor && `background ${backgroundColor}`,
    maxBytes && `at most ${bytesText(maxBytes)}`,
  ]
    .filter(Boolean)
    .join(', ');
}
