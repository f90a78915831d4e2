import { actionsView, type ActionsReading } from '../../../board/actions/actions-view';
import { needsAsking, parseAction, withTyped } from '../../../board/actions/chosen-action';
import { consequences } from '../../../board/actions/consequences';
import { operatorRequest } from '../../../board/actions/action-pages';
import type { Viewer } from '../../../board/viewer';
import { keptPictureKey, parseKeptPictureKey } from '../../../domain/delivery/kept-picture';
import { attentionFor } from '../../../domain/operator/attention';
import type { TaskStatus } from '../../../domain/task/task-status';
import type { TaskSummary } from '../../../starters';

const ann: Viewer = { name: 'ann', identity: { name: 'ann', from: 'log-in' }, roles: ['look', 'act'] };
const task = { studio: 'acme', taskId: '1234abcd-1111-4222-8333-944445555666' };
const summary: TaskSummary = {
  ...task,
  workflowId: `extpost/acme/${task.taskId}`,
  runId: 'run',
  round: 0,
  since: '2026-11-03T12:00:00Z',
  stageSince: '2026-11-03T12:00:00Z',
  isTryingAgain: false,
  foundBySweep: false,
};
const status: TaskStatus = {
  stage: 'Needs attention',
  round: 0,
  sentence: 'Needs attention.',
  expected: 3,
  delivered: 0,
  revision: 7,
  attention: attentionFor('ambiguous', 'Two creatives match.', {
    outputs: [
      { expectedKey: 's1/feed/-', label: 'Front, Feed', candidates: [{ id: '4711' }, { id: '4712', name: 'Red' }] },
    ],
  }),
};
const view = (more: Partial<ActionsReading> = {}) => actionsView({ viewer: ann, summary, status, ...more });

describe('the actions on the page of a task', () => {
  it('offer the candidates of an output with their pictures', () => {
    const key = keptPictureKey(task, { kind: 'creative', candidateId: '4712' }, { width: 640, height: 400 });
    const picture = parseKeptPictureKey(key);
    const choices = view({ pictures: picture === undefined ? [] : [picture] })?.choices;
    expect(choices).toEqual([
      {
        label: 'Front, Feed',
        candidates: [
          expect.objectContaining({
            title: 'Use output 4711, for Front, Feed',
            picture: { alt: 'Creative 4711 of Celtra' },
          }),
          expect.objectContaining({
            picture: {
              address: expect.stringMatching(/^\/pictures\/acme\/.+\.webp$/),
              width: 640,
              height: 400,
              alt: 'Creative 4712 of Celtra',
            },
          }),
        ],
      },
    ]);
  });

  it('name the revision that the page shows', () => {
    expect(view()?.revision).toBe(7);
  });

  it('tell candidates apart by name and by what else is known of them', () => {
    expect(view()?.choices[0]?.candidates.map(({ name, about }) => [name, about])).toEqual([
      ['4711', ''],
      ['Red', '4712'],
    ]);
  });

  it('let somebody name another Celtra output for what the cause is about, and for what is still due', () => {
    const outputs = ['s1/feed/-', 's1/story/-', 's1/done/-', 's1/back/-'].map((expectedKey) => ({
      expectedKey,
      label: expectedKey,
      inputs: [],
      ...(expectedKey === 's1/done/-' && { returnedAssetId: 'asset', isRejected: false }),
      ...(expectedKey === 's1/back/-' && { returnedAssetId: 'asset', isRejected: true }),
    }));
    expect(view({ status: { ...status, outputs } })?.typed.map(({ expected }) => expected)).toEqual([
      's1/feed/-',
      's1/story/-',
      's1/back/-',
    ]);
    expect(view({ status: { ...status, stage: 'Done', outputs } })?.typed).toEqual([]);
  });

  it('are none for who may only look', () => {
    expect(view({ viewer: { ...ann, roles: ['look'] } })).toBeUndefined();
  });

  it('are none while no worker says what can be done', () => {
    expect(view({ status: undefined })).toBeUndefined();
  });

  it('start a task again whose run has ended, also without a worker', () => {
    const ended = view({ summary: { ...summary, ended: '2026-11-03T13:00:00Z' }, status: undefined });
    expect(ended?.others.map(({ title }) => title)).toEqual(['Start it again']);
  });

  it('send values that are read again as they are meant', () => {
    const { choices = [], others = [], ends = [] } = view() ?? {};
    const values = [...choices.flatMap(({ candidates }) => candidates), ...others, ...ends].map(({ value }) => value);
    expect(values.map(parseAction)).toEqual([
      { kind: 'use output', expected: 's1/feed/-', outputId: '4711' },
      { kind: 'use output', expected: 's1/feed/-', outputId: '4712' },
      { kind: 'resume' },
      { kind: 'skip output', expected: 's1/feed/-' },
      { kind: 'abandon' },
      { kind: 'cancel' },
    ]);
  });
});

describe('what a form sends', () => {
  it.each([
    [undefined],
    [7],
    [''],
    ['resume'],
    ['{}'],
    ['{"kind":"delete"}'],
    ['{"kind":"resume","by":"somebody else"}'],
    ['x'.repeat(9_000)],
  ])('is no action as %j', (value) => {
    expect(parseAction(value)).toBeUndefined();
  });

  it.each([
    ['fills in the output of a button that names none', { kind: 'use output' }, { expected: 'x', outputId: 'abc' }],
    [
      'leaves that of a button alone',
      { kind: 'use output', expected: 'y', outputId: '1' },
      { expected: 'y', outputId: '1' },
    ],
    ['is nothing of other actions', { kind: 'resume' }, {}],
  ] as const)('as typed %s', (_what, chosen, given) => {
    expect(withTyped(chosen, { expected: 'x', outputId: 'abc' })).toEqual({ kind: chosen.kind, ...given });
  });

  it('lacks its output when nothing was typed', () => {
    expect(withTyped({ kind: 'use output' }, { expected: 'x', outputId: '' })).toEqual({ kind: 'use output' });
  });

  it('is recorded under the identity of the log-in, whatever the form says', () => {
    const fields = { by: 'somebody else', identity: 'root', reason: ' made in Celtra ', revision: '7' };
    expect(operatorRequest(ann, fields)).toEqual({
      by: 'ann',
      identity: { name: 'ann', from: 'log-in' },
      reason: 'made in Celtra',
      expectedRevision: 7,
    });
  });

  it.each([[undefined], ['x'], ['1.5'], ['']])('names no revision with %j', (revision) => {
    expect(operatorRequest(ann, { revision })).not.toHaveProperty('expectedRevision');
  });
});

describe('what is asked about first', () => {
  it.each([
    ['abandon', {}, true],
    ['cancel', {}, true],
    ['skip output', {}, true],
    ['replace recipe', {}, true],
    ['resume', { force: true }, true],
    ['resume', {}, false],
    ['use output', {}, false],
    ['undo', {}, false],
    ['start', {}, false],
  ] as const)('%s %j: %s', (kind, more, asks) => {
    expect(needsAsking({ kind, ...more })).toBe(asks);
  });

  const rejection = { round: 0, at: 1_767_225_600_000, notes: [] };

  it.each([
    ['that Creative Force can refuse fewer files', { expected: 3, round: 0, wantsAll: true }, 'can refuse fewer'],
    ['that nothing is delivered when it is the only one', { expected: 1, round: 0 }, 'so nothing is delivered'],
    ['that nothing is delivered when all others are skipped', { expected: 3, round: 0 }, 'so nothing is delivered'],
    ['that a rejected output stays rejected', { round: 1, rejections: [rejection] }, 'stays rejected'],
    ['that a task that was reset needs all again', { round: 1, wantsAll: true, rejections: [] }, 'can refuse fewer'],
  ])('says of a skipped output %s', (_what, about, words) => {
    const said = consequences({ kind: 'skip output', expected: 'x' }, { ...status, ...about });
    expect(said.join(' ')).toContain(words);
  });
});
