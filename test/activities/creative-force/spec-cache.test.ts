import { setTimeout } from 'node:timers/promises';

import { createSpecCache } from '../../../activities/creative-force/spec-cache';
import type { OutputSpec } from '../../../domain/task/task';
import { feedSpec, storySpec } from '../../support/facts';

const asked: string[][] = [];
const read = (specIds: string[]): Promise<OutputSpec[]> => {
  asked.push(specIds);
  return Promise.resolve([storySpec, feedSpec].filter(({ specId }) => specIds.includes(specId)));
};

beforeEach(() => {
  asked.length = 0;
});

describe('the memory for specs', () => {
  it('asks only for what it does not know', async () => {
    const specs = createSpecCache();
    await specs.get('acme', ['spec-feed'], read);
    await specs.get('acme', ['spec-feed', 'spec-story'], read);
    expect(asked).toEqual([['spec-feed'], ['spec-story']]);
  });

  it('asks nobody when it knows everything', async () => {
    const specs = createSpecCache();
    await specs.get('acme', ['spec-feed'], read);
    await expect(specs.get('acme', ['spec-feed'], read)).resolves.toEqual([feedSpec]);
    expect(asked).toHaveLength(1);
  });

  it('asks anew where only the spec of now will do, and remembers that', async () => {
    const specs = createSpecCache();
    await specs.get('acme', ['spec-feed'], read);
    const changed = { ...feedSpec, extension: 'tiff' };
    const readChanged = () => Promise.resolve([changed]);
    await expect(specs.get('acme', ['spec-feed'], readChanged, true)).resolves.toEqual([changed]);
    await expect(specs.get('acme', ['spec-feed'], read)).resolves.toEqual([changed]);
  });

  it('tells what it knows, without asking anybody', async () => {
    const specs = createSpecCache();
    expect(specs.known('acme', ['spec-feed'])).toEqual([]);
    await specs.get('acme', ['spec-feed', 'spec-story'], read);
    expect(specs.known('acme', ['spec-story', 'unknown', 'spec-feed'])).toEqual([storySpec, feedSpec]);
    expect(asked).toHaveLength(1);
  });

  it('answers in the order asked', async () => {
    await expect(createSpecCache().get('acme', ['spec-feed', 'spec-story'], read)).resolves.toEqual([
      feedSpec,
      storySpec,
    ]);
  });

  it('leaves out what did not come back, and asks for it again the next time', async () => {
    const specs = createSpecCache();
    await expect(specs.get('acme', ['unknown'], read)).resolves.toEqual([]);
    await specs.get('acme', ['unknown'], read);
    expect(asked).toEqual([['unknown'], ['unknown']]);
  });

  it('keeps studios apart', async () => {
    const specs = createSpecCache();
    await specs.get('acme', ['spec-feed'], read);
    await specs.get('bolt', ['spec-feed'], read);
    expect(asked).toEqual([['spec-feed'], ['spec-feed']]);
  });

  it('forgets after a while', async () => {
    let now = 1_000;
    const specs = createSpecCache({ believedForMs: 60_000, now: () => now });
    await specs.get('acme', ['spec-feed'], read);
    now += 59_000;
    await specs.get('acme', ['spec-feed'], read);
    now += 2_000;
    // The cache reads its clock at most once a millisecond.
    await setTimeout(5);
    await specs.get('acme', ['spec-feed'], read);
    expect(asked).toHaveLength(2);
  });

  it('still answers with what it forgets while the rest is being read', async () => {
    let now = 1_000;
    const specs = createSpecCache({ believedForMs: 60_000, now: () => now });
    await specs.get('acme', ['spec-feed'], read);
    const both = specs.get('acme', ['spec-feed', 'spec-story'], async (missing) => {
      now += 61_000;
      await setTimeout(5);
      return read(missing);
    });
    await expect(both).resolves.toEqual([feedSpec, storySpec]);
  });

  it('forgets nothing by a read that fails', async () => {
    const specs = createSpecCache();
    await specs.get('acme', ['spec-feed'], read);
    await expect(
      specs.get('acme', ['spec-feed', 'spec-story'], () => Promise.reject(new Error('503'))),
    ).rejects.toThrow('503');
    await expect(specs.get('acme', ['spec-feed'], read)).resolves.toEqual([feedSpec]);
  });
});
