import type { CeltraAsset, CeltraOutput } from '../../../domain/render/celtra-output';
import { truncatePollState, initialPollState, type RenderPollState } from '../../../domain/render/render-poll-state';
import { renderDeadlineMessage, evaluateRenders, renderProgressText } from '../../../domain/render/render-progress';
import { aCeltraAsset, aCeltraOutput } from '../../support/facts';

const rules = { erroredAgain: 2, finalErrors: ['Creative content is empty'], missingAnswers: 3 };
const withAsset = (changes: Partial<CeltraAsset>) =>
  aCeltraOutput('output-1', { status: 'pending', assets: [aCeltraAsset(changes)] });
const wanting = (...outputIds: string[]) => ({
  outputs: outputIds.map((outputId) => ({ outputId, contentHash: 'hash-1' })),
});
const rendered = (outputId: string) => ({
  outputId,
  assetKey: 'image',
  type: 'image',
  extension: 'jpg',
  width: undefined,
  height: undefined,
  blobHash: 'blob-1',
});

/** Judges one answer after another, as one wait does. */
function judgeAll(wanted: Parameters<typeof evaluateRenders>[0], ...answers: readonly CeltraOutput[][]) {
  let memory: RenderPollState = initialPollState;
  return answers.map((answer) => {
    const progress = evaluateRenders(wanted, answer, rules, memory);
    if (progress.kind !== 'finished') ({ memory } = progress);
    return progress;
  });
}

describe('renders that go well', () => {
  it('are finished when every picture is, and come without their addresses', () => {
    const outputs = [aCeltraOutput('output-2'), aCeltraOutput('output-1')];
    expect(evaluateRenders(wanting('output-1', 'output-2'), outputs, rules)).toEqual({
      kind: 'finished',
      assets: [rendered('output-1'), rendered('output-2')],
    });
  });

  it('are pending until the last is finished, and the memory says what is and what is not', () => {
    const outputs = [aCeltraOutput('output-2'), withAsset({ status: 'pending' })];
    expect(evaluateRenders(wanting('output-2', 'output-1'), outputs, rules)).toEqual({
      kind: 'pending',
      memory: { ...initialPollState, finished: 1, rendered: [rendered('output-2')], waitingFor: ['Creative output-1'] },
    });
  });

  it('are finished when the later answers hold only what was unfinished before', () => {
    const [, second] = judgeAll(
      wanting('output-1', 'output-2'),
      [aCeltraOutput('output-2'), withAsset({ status: 'pending' })],
      [aCeltraOutput('output-1')],
    );
    expect(second).toEqual({ kind: 'finished', assets: [rendered('output-1'), rendered('output-2')] });
  });

  it('are not finished without an address, whatever the output says of itself', () => {
    const output = aCeltraOutput('output-1', { status: 'finished', assets: [aCeltraAsset({ url: undefined })] });
    expect(evaluateRenders(wanting('output-1'), [output], rules).kind).toBe('pending');
  });

  it('are finished although another output is not, when nobody wants that one', () => {
    const outputs = [aCeltraOutput('output-2'), withAsset({ status: 'error' })];
    expect(evaluateRenders(wanting('output-2'), outputs, rules).kind).toBe('finished');
  });

  it('do not wait for texts, which have no address', () => {
    const text = aCeltraAsset({ key: 'headline', type: 'text', url: undefined });
    const output = aCeltraOutput('output-1', { assets: [text, aCeltraAsset()] });
    expect(evaluateRenders(wanting('output-1'), [output], rules).kind).toBe('finished');
  });
});

describe('an output with several assets', () => {
  const page = aCeltraAsset({ key: 'html', type: 'html' });
  const fallback = aCeltraAsset({ key: 'fallbackImage', type: 'file', status: 'pending', url: undefined });
  const output = aCeltraOutput('output-1', { assets: [page, fallback] });

  it('is pending until all are finished', () => {
    expect(evaluateRenders(wanting('output-1'), [output], rules).kind).toBe('pending');
  });

  it('is finished with the asset that the recipe chose', () => {
    const progress = evaluateRenders({ ...wanting('output-1'), asset: 'html' }, [output], rules);
    expect(progress).toMatchObject({ kind: 'finished', assets: [{ assetKey: 'html', type: 'html' }] });
  });

  it('differs from one that lacks the chosen asset', () => {
    const looks = judgeAll({ ...wanting('output-1'), asset: 'video' }, [output], [output], [output]);
    expect(looks.at(-1)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('it has no asset video; it has html, fallbackImage'),
    });
  });
});

describe('a render that fails', () => {
  const failed = withAsset({ status: 'error', error: 'Font missing', url: undefined });

  it('is seen behind an output that still says "pending"', () => {
    expect(evaluateRenders(wanting('output-1'), [failed], rules)).toMatchObject({
      kind: 'pending',
      memory: { errored: { 'output-1': 1 }, waitingFor: ['Creative output-1 (failed, requested again)'] },
    });
  });

  it('is asked for twice more before it counts as failed', () => {
    const looks = judgeAll(wanting('output-1'), [failed], [failed], [failed]);
    expect(looks.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'failed']);
  });

  it('is not forgotten while it is rendered again', () => {
    const again = withAsset({ status: 'pending', url: undefined });
    const looks = judgeAll(wanting('output-1'), [failed], [again], [failed], [again], [failed]);
    expect(looks.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'pending', 'pending', 'failed']);
  });

  it('is named with its output, its asset and Celtra’s reason', () => {
    const looks = judgeAll(wanting('output-1'), [failed], [failed], [failed]);
    expect(looks.at(-1)).toMatchObject({
      message: 'Celtra could not render everything: Creative output-1 (output output-1), asset image: Font missing.',
    });
  });

  it('counts as failed at once when Celtra’s reason is permanent', () => {
    const empty = withAsset({ status: 'error', error: 'Creative content is empty', url: undefined });
    expect(evaluateRenders(wanting('output-1'), [empty], rules).kind).toBe('failed');
  });

  it('fails the wait although others are still pending', () => {
    const pending = aCeltraOutput('output-2', { assets: [aCeltraAsset({ status: 'pending' })] });
    const empty = withAsset({ status: 'error', error: 'Creative content is empty', url: undefined });
    expect(evaluateRenders(wanting('output-2', 'output-1'), [pending, empty], rules).kind).toBe('failed');
  });

  it('is forgotten when it comes good', () => {
    const looks = judgeAll(wanting('output-1'), [failed], [failed], [aCeltraOutput('output-1')]);
    expect(looks.at(-1)?.kind).toBe('finished');
  });

  it('is reported without an address that is in Celtra’s reason', () => {
    const leaky = withAsset({ status: 'error', error: 'No font at https://files.example/a?token=secret' });
    const looks = judgeAll(wanting('output-1'), [leaky], [leaky], [leaky]);
    expect(looks.at(-1)).toMatchObject({ message: expect.stringContaining('No font at [address]') });
  });

  it('counts as such when the output has nothing that could be delivered', () => {
    const texts = aCeltraOutput('output-1', {
      name: undefined,
      assets: [aCeltraAsset({ key: 'copy', type: 'text' })],
    });
    const looks = judgeAll(wanting('output-1'), [texts], [texts], [texts]);
    expect(looks.at(-1)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('it has no single picture, video or page to deliver; it has copy'),
    });
  });
});

describe('an output that Celtra does not return', () => {
  it('may be missing three times running before somebody looks what became of it', () => {
    const looks = judgeAll(wanting('output-1'), [], [], [], []);
    expect(looks.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'pending', 'missing']);
  });

  it('is forgiven when it comes back in between', () => {
    const pending = withAsset({ status: 'pending' });
    const looks = judgeAll(wanting('output-1'), [], [], [], [pending], [], [], []);
    expect(looks.map(({ kind }) => kind)).not.toContain('missing');
  });

  it('is missing, not finished, when what comes back is another version of the design', () => {
    const edited = aCeltraOutput('output-1', { designFile: { id: 'design-1', contentHash: 'hash-2' } });
    expect(evaluateRenders(wanting('output-1'), [edited], rules)).toMatchObject({
      kind: 'pending',
      memory: { missing: { 'output-1': 1 }, rendered: [] },
    });
  });
});

describe('what a wait remembers', () => {
  it('stays small, however many outputs there are', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `output-${index}`);
    const memory = truncatePollState({
      ...initialPollState,
      rendered: ids.map((outputId) => ({ outputId, assetKey: 'image', type: 'image', blobHash: 'f'.repeat(64) })),
      waitingFor: ids,
      errored: Object.fromEntries(ids.map((id) => [id, 1])),
      missing: Object.fromEntries(ids.map((id) => [id, 1])),
    });
    expect(JSON.stringify(memory).length).toBeLessThan(128 * 1024);
  });

  it('never holds an address', () => {
    const outputs = [aCeltraOutput('output-2'), withAsset({ status: 'pending' })];
    expect(JSON.stringify(evaluateRenders(wanting('output-2', 'output-1'), outputs, rules))).not.toContain('https://');
  });
});

describe('the text of a wait', () => {
  it('say how many are rendered, the attempt, and the next look', () => {
    expect(renderProgressText({ rendered: 7, wanted: 9, attempt: 4, nextPollMs: 12_345 })).toBe(
      '7 of 9 rendered; attempt 4; next poll in 12 seconds',
    );
  });

  it('name what is still pending when the time is over', () => {
    const last = { finished: 7, waitingFor: ['Front/Feed', 'Back/Story'] };
    expect(renderDeadlineMessage(last, 9, 3_600_000)).toBe(
      'Celtra rendered 7 of 9 creatives within 60 minutes. Still pending: Front/Feed, Back/Story.',
    );
  });
});
