import { compareView } from '../../board/task/compare-view';
import type { TaskReading } from '../../board/task/read-task-page';
import { taskFingerprint, taskView } from '../../board/task/task-view';
import { keptPictureKey, parseKeptPictureKey, type PictureSubject } from '../../domain/delivery/kept-picture';
import { boardTask, deliveredFile, NOW, rejectedTask } from './board-facts';

function kept(subject: PictureSubject) {
  const picture = parseKeptPictureKey(keptPictureKey(boardTask, subject, { width: 600, height: 400 }));
  if (picture === undefined) throw new Error('This is no key of a kept picture.');
  return picture;
}

const front = deliveredFile({ sha256: 'a'.repeat(64) });

function view(changes: Partial<TaskReading> = {}) {
  return taskView({ ...rejectedTask([front]), ...changes }, NOW);
}

describe('the page of a task', () => {
  it('shows the delivered picture of a rejected round with its markings numbered', () => {
    const pictures = [kept({ kind: 'delivered', sha256: front.sha256 })];
    const [output] = view({ pictures }).outputs;
    expect(output?.rounds[0]).toMatchObject({
      title: 'First delivery',
      isRejected: true,
      marked: {
        picture: {
          address: expect.stringMatching(/^\/pictures\/acme\/[0-9a-f-]+\/delivered-[0-9a-f]+-600x400\.webp$/),
        },
        size: { width: 600, height: 400 },
        shapes: [
          { number: 1, kind: 'rectangle' },
          { number: 2, kind: 'arrow' },
        ],
      },
      notes: [
        { text: 'Too dark', author: 'Rita', markings: [{ number: 1, place: 'upper left', text: '' }] },
        { text: '', markings: [{ number: 2, text: 'crop here' }] },
      ],
    });
  });

  it('draws markings also where no picture is kept', () => {
    const [output] = view().outputs;
    expect(output?.rounds[0]?.marked).toMatchObject({ picture: { alt: expect.any(String) }, shapes: [{}, {}] });
    expect(output?.rounds[0]?.marked.picture.address).toBeUndefined();
  });

  it('shows a note about a position, and what is marked in it, with each picture that it can be about', () => {
    const back = deliveredFile({ expectedKey: 'back', label: 'Back', sha256: 'b'.repeat(64) });
    const { status, ...reading } = rejectedTask([front, back]);
    const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };
    const note = {
      where: 'Front',
      text: 'Too dark',
      possibleKeys: ['front', 'back'],
      markings: [{ kind: 'rectangle' as const, box, points: [] }],
    };
    const rejections = [{ round: 0, at: NOW, notes: [note] }];
    const shown = taskView({ ...reading, status: { ...status, rejections } as TaskReading['status'] }, NOW);
    expect(shown.rejections).toEqual([]);
    expect(shown.outputs.map(({ rounds }) => rounds[0])).toMatchObject([
      { isRejected: false, notes: [{ isOfPosition: true }], marked: { shapes: [{ number: 1 }] } },
      { isRejected: false, notes: [{ isOfPosition: true }], marked: { shapes: [{ number: 1 }] } },
    ]);
  });

  it('shows notes about no single output apart', () => {
    expect(view().rejections).toMatchObject([
      { title: 'First delivery', notes: [{ where: 'The task', text: 'Hurry' }] },
    ]);
  });

  it('shows what the spec demands and what the check found', () => {
    expect(view().outputs[0]).toMatchObject({
      wanted: '1080 × 1350, jpg, sRGB, at most 2.0 MB',
      findings: ['The profile is Adobe RGB.'],
      goes: { caption: 'Coat front', file: 'coat.jpg, 1080 × 1350, 345 kB' },
    });
  });

  it('shows the kept input picture of an output', () => {
    const pictures = [kept({ kind: 'input', assetId: 'input-1' })];
    expect(view({ pictures }).outputs[0]?.input).toMatchObject({ name: 'front.tif', picture: { width: 600 } });
  });

  it('shows an output that only an earlier round knows', () => {
    const gone = deliveredFile({ expectedKey: 'gone', label: 'Back', sha256: 'b'.repeat(64) });
    const { outputs } = taskView(rejectedTask([front, gone]), NOW);
    expect(outputs.map(({ label }) => label)).toEqual(['Front', 'Back']);
  });

  it('shows the record of an ended task when no worker answers', () => {
    const { status, summary } = rejectedTask([front]);
    const record = {
      studio: 'acme',
      taskId: boardTask.taskId,
      contentCreationType: 'ecom' as const,
      outcome: 'done' as const,
      sentence: 'Accepted.',
      rounds: status?.rounds ?? [],
      actions: [],
    };
    const ended = { ...summary, stage: 'Done', cause: undefined, ended: '2026-11-29T11:30:00.000Z' };
    const shown = view({ status: undefined, unanswered: 'No worker answers.', record, summary: ended });
    expect(shown).toMatchObject({
      sentence: 'Accepted.',
      isEnded: true,
      needsSomebody: false,
      outputs: [{ label: 'Front' }],
    });
  });

  it('says who decided what, the last one first', () => {
    expect(view().decisions.map(({ who, what }) => [who, what])).toEqual([
      ['ben (log-in)', 'Front gets output 2'],
      ['ann (said)', 'resumed'],
    ]);
  });

  it.each<[string, Partial<TaskReading>]>([
    ['another decision', { status: { ...rejectedTask([]).status, revision: 9 } as TaskReading['status'] }],
    ['another stage', { summary: { ...rejectedTask([]).summary, stage: 'Export' } }],
    ['another run', { summary: { ...rejectedTask([]).summary, runId: 'another' } }],
  ])('knows that the task has moved on by %s', (_what, changes) => {
    const before = rejectedTask([]);
    expect(taskFingerprint({ ...before, ...changes })).not.toBe(taskFingerprint(before));
  });
});

describe('two pictures compared', () => {
  const again = deliveredFile({ sha256: 'c'.repeat(64) });
  const reading = rejectedTask([front]);
  const rounds = [
    ...(reading.status?.rounds ?? []),
    { round: 1, submittedAt: '2026-11-29T11:00:00.000Z', files: [again] },
  ];
  const pictures = [front, again].map(({ sha256 }) => kept({ kind: 'delivered', sha256 }));
  const page = view({ status: { ...reading.status, rounds } as TaskReading['status'], pictures });

  it('are the last two of an output unless others are chosen', () => {
    const compared = compareView(page, {});
    expect([compared?.left.title, compared?.right.title]).toEqual(['Correction 1', 'Delivered now']);
  });

  it('are those that the address names', () => {
    const compared = compareView(page, { output: 'front', left: '0', right: '1' });
    expect(compared).toMatchObject({
      left: { title: 'First delivery' },
      right: { title: 'Correction 1' },
      hasSlider: true,
    });
  });

  it('have no slider where one of them is not kept', () => {
    expect(compareView(page, { left: 'input', right: '1' })?.hasSlider).toBe(false);
  });

  it('are not to be had of a task without outputs', () => {
    expect(compareView({ ...page, outputs: [] }, {})).toBeUndefined();
  });
});
