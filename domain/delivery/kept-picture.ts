import { contentHash } from '../shared/content-hash';
import { storedFolder } from '../task/stored-folder';
import type { TaskReference } from '../task/task';
import type { PictureSize } from './marking';

type Task = Pick<TaskReference, 'studio' | 'taskId'>;

/**
 * What a kept picture shows: an input of a shot; a creative among which a person may have to choose; or the bytes of a file that goes or
 * went out, which `DeliveredFile.sha256` and `OutputStatus.file` name.
 */
export type PictureSubject =
  | { readonly kind: 'input'; readonly assetId: string }
  /** `candidateId`: as `candidateId()` and the choices of a cause give it. */
  | { readonly kind: 'creative'; readonly candidateId: string }
  | { readonly kind: 'delivered'; readonly sha256: string };

export const pictureKinds = ['input', 'creative', 'delivered'] as const;
export type PictureKind = (typeof pictureKinds)[number];

/** A small picture, of this size, that a worker has kept for people to look at. */
export interface KeptPicture extends PictureSize {
  /** Its key among the pictures of the storage: `<studio>/<taskId>/<name>`. */
  readonly key: string;
  /** Made of `a-z`, `0-9`, `-` and `.`; inputs and delivered files never change under a name, creatives may. */
  readonly name: string;
  readonly kind: PictureKind;
  /** Tells the subjects of one task and kind apart. */
  readonly id: string;
}

const ID_DIGITS = 24;
const NAME = new RegExp(`^(${pictureKinds.join('|')})-([0-9a-f]{${ID_DIGITS}})-([0-9]{1,4})x([0-9]{1,4})\\.webp$`);

/** All kept pictures are of this type. */
export const PICTURE_CONTENT_TYPE = 'image/webp';

/** Tells the subjects of one task and kind apart, in characters that suit a file name. */
function pictureId(subject: PictureSubject): string {
  const id =
    subject.kind === 'creative'
      ? subject.candidateId
      : (subject.kind === 'input' ? subject.assetId : subject.sha256).toLowerCase();
  return contentHash([id]).slice(0, ID_DIGITS);
}

/** The key of a picture of this size in pixels. */
export function keptPictureKey(task: Task, subject: PictureSubject, { width, height }: PictureSize): string {
  return `${storedFolder(task)}${subject.kind}-${pictureId(subject)}-${width}x${height}.webp`;
}

/** What a key of the storage says; `undefined` when it is not that of a kept picture. */
export function parseKeptPictureKey(key: string): KeptPicture | undefined {
  const [, , name = '', ...more] = key.split('/');
  const [, kind, id, width, height] = NAME.exec(name) ?? [];
  if (more.length > 0 || id === undefined) return undefined;
  return { key, name, kind: kind as PictureKind, id, width: Number(width), height: Number(height) };
}

/** The picture by which a task is recognised: what came in, else anything. */
export function coverOf(pictures: readonly KeptPicture[]): KeptPicture | undefined {
  return pictures.find(({ kind }) => kind === 'input') ?? pictures[0];
}

/** The picture of a subject among those of its task. */
export function findPicture(pictures: readonly KeptPicture[], subject: PictureSubject): KeptPicture | undefined {
  const id = pictureId(subject);
  return pictures.find((picture) => picture.kind === subject.kind && picture.id === id);
}
