import {
  findPicture,
  keptPictureKey,
  parseKeptPictureKey,
  type PictureSubject,
} from '../../../domain/delivery/kept-picture';
import { storedFolder } from '../../../domain/task/stored-folder';
import { TASK_ID } from '../../support/facts';

const task = { studio: 'acme', taskId: TASK_ID };
const size = { width: 640, height: 427 };
const subjects: PictureSubject[] = [
  { kind: 'input', assetId: 'ab/../c' },
  { kind: 'creative', candidateId: 'output-1' },
  { kind: 'creative', candidateId: 'output-1/page' },
  { kind: 'delivered', sha256: 'A1' },
];

describe('a kept picture', () => {
  it.each(subjects)('is found again by what it shows: %j', (subject) => {
    const keys = subjects.map((one) => keptPictureKey(task, one, size));
    const pictures = keys.flatMap((key) => parseKeptPictureKey(key) ?? []);
    expect(findPicture(pictures, subject)).toEqual({
      key: keptPictureKey(task, subject, size),
      name: expect.stringMatching(/^[a-z0-9.-]+$/) as string,
      kind: subject.kind,
      id: expect.any(String) as string,
      ...size,
    });
  });

  it('lies in the folder of its task', () => {
    for (const subject of subjects) {
      expect(keptPictureKey(task, subject, size).startsWith(storedFolder(task))).toBe(true);
    }
  });

  it.each(['acme/x/other.webp', 'acme/x/input-0-1x1.webp', 'acme/x/y/z', 'acme'])(
    'is not what another key names: %s',
    (key) => {
      expect(parseKeptPictureKey(key)).toBeUndefined();
    },
  );
});
