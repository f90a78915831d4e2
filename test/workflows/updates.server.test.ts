import { WorkflowFailedError } from '@temporalio/client';

import {
  abandonUpdate,
  deliverFileUpdate,
  replaceRecipeUpdate,
  resumeUpdate,
  skipOutputUpdate,
  statusQuery,
  undoUpdate,
  useOutputUpdate,
  type UseOutputRequest,
} from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate, aRecipe } from '../support/facts';
import { hanging, refusal } from '../support/fake-world';
import { detailsOf, reaches, signalRejection, watching, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const by = 'Ha';
const force = true;

interface Metadata {
  readonly definition: { readonly updateDefinitions: readonly { name: string; description: string }[] };
}

/** A task that waits because Front, Story has no creative. */
const waitingTask = async () => {
  stage.world.candidates = [aCandidate('Front/Feed')];
  const handle = await stage.startTask();
  await reaches(handle, 'Needs attention');
  return handle;
};
const refused = (message: string) => ({ cause: { message: expect.stringContaining(message) as unknown } });

describe('a task that waits', () => {
  const task = stage.shared(waitingTask);
  const expected = 'Front, Story';
  const stored = { sha256: 'a1'.repeat(32), bytes: 12, name: 'story.jpg' };
  const asItWas = { stage: 'Needs attention', revision: 0, actions: [], wantsAll: true };

  it.each<[string, string, object, string]>([
    [
      'an output that the recipe does not find',
      'useOutput',
      { expected, outputId: 'nonsense' },
      'Choose one: Front/Feed (output-Front/Feed)',
    ],
    [
      'a name that the round does not know, and lists those it does',
      'useOutput',
      { expected: 'Back', outputId: 'x' },
      '"Front, Feed" (shot-front/spec-feed/1); "Front, Story"',
    ],
    ['to undo what nobody decided', 'undo', { expected: 'Front, Feed' }, 'There is no decision about Front, Feed'],
    [
      'to leave out one output of a first delivery, because Creative Force wants all',
      'skipOutput',
      { expected },
      'only with all its outputs',
    ],
    ...['https://files.example/a.jpg?signature=1', 'http://files.example/a.jpg', 'https://a:b@files.example/a.jpg'].map(
      (url): [string, string, object, string] => [
        `${url}, which would stand readable in the history or goes unencrypted`,
        'deliverFile',
        { expected, url },
        'no query',
      ],
    ),
    ['no file', 'deliverFile', { expected }, 'Give either'],
    ['two files', 'deliverFile', { expected, url: 'https://files.example/a.jpg', stored }, 'Give either'],
    ...[{ ...stored, sha256: '../../secret' }, { ...stored, bytes: 0 }, 'story.jpg'].map(
      (wrong): [string, string, object, string] => [
        `the stored file ${JSON.stringify(wrong)}`,
        'deliverFile',
        { expected, stored: wrong },
        '"stored" is a file in the storage',
      ],
    ),
    [
      'a recipe that the studio does not have, and names those it has',
      'replaceRecipe',
      { recipe: 'nonsense' },
      `there is ${aRecipe.name}. Nothing was changed.`,
    ],
    ['to resume for nobody', 'resume', { by: '' }, 'Add "by": your name'],
    ['to resume from no step', 'resume', { from: 'upload' }, 'The steps are brief, export, deliver, submit'],
  ])('refuses %s, and changes nothing', async (_what, update, request, words) => {
    const sent = task().executeUpdate<string, [object]>(update, { args: [{ by, ...request }] });
    await expect(sent).rejects.toMatchObject(refused(words));
    expect(await task().query(statusQuery)).toMatchObject(asItWas);
  });

  it('refuses an output when Celtra finds none, and changes nothing', async () => {
    stage.world.candidates = [];
    const sent = task().executeUpdate(useOutputUpdate, { args: [{ by, expected, outputId: 'output-other' }] });
    await expect(sent).rejects.toMatchObject(refused('Celtra finds no output at all'));
    expect(await task().query(statusQuery)).toMatchObject(asItWas);
  });

  it.each([
    ['taskEvent', null, 'A signal "taskEvent" was ignored'],
    ['cancelNotice', null, 'A signal "cancelNotice" was ignored'],
    ['cancelNotice', { reason: 'no name' }, 'Add "by": your name.'],
  ])('ignores a signal %s %j, and says so', async (name, content, sentence) => {
    await task().signal(name, content);
    const { stage: at, warnings } = await task().query(statusQuery);
    expect(at).toBe('Needs attention');
    expect(warnings).toContainEqual(expect.stringContaining(sentence));
  });

  it('lets the Web UI read of each update what it does and how it is sent', async () => {
    const { definition } = await task().query<Metadata, []>('__temporal_workflow_metadata');
    const updates = definition.updateDefinitions;
    expect(updates.map(({ name }) => name).sort()).toEqual([
      'abandon',
      'deliverFile',
      'replaceRecipe',
      'resume',
      'skipOutput',
      'undo',
      'useOutput',
    ]);
    expect(updates.filter(({ description }) => !description.includes('{"by": "your name"'))).toEqual([]);
  });
});

describe('useOutput', () => {
  it('gives an expected output the Celtra output that a person chose', async () => {
    const handle = await waitingTask();
    stage.world.candidates = [aCandidate('Front/Feed'), aCandidate('Other', { outputId: 'output-other/Story' })];
    await handle.executeUpdate(useOutputUpdate, {
      args: [{ by, reason: 'named otherwise', expected: 'front, story', outputId: 'output-other/Story' }],
    });
    const record = await handle.result();
    expect(record.rounds[0]?.files.map(({ outputId }) => outputId)).toEqual([
      'output-Front/Feed',
      'output-other/Story',
    ]);
  });

  it('counts where Celtra does not answer, and says that it was not checked', async () => {
    stage.world.activities.checkChoice = () => Promise.reject(refusal('503', 'Celtra is down.'));
    const handle = await waitingTask();
    const args: [UseOutputRequest] = [{ by, expected: 'Front, Story', outputId: 'output-other' }];
    const answer = await handle.executeUpdate(useOutputUpdate, { args });
    expect(answer).toContain('It was not checked whether Celtra has this output: Celtra is down.');
  });

  it('is refused when the task was given up while Celtra was asked', async () => {
    const asked = new Promise<void>((resolve) => {
      stage.world.activities.checkChoice = async () => {
        resolve();
        await abandoned;
        return undefined;
      };
    });
    let letGo = (): void => undefined;
    const abandoned = new Promise<void>((resolve) => (letGo = resolve));
    const handle = await waitingTask();
    const args: [UseOutputRequest] = [{ by, expected: 'Front, Story', outputId: 'output-other' }];
    const update = handle.executeUpdate(useOutputUpdate, { args });
    await asked;
    await handle.executeUpdate(abandonUpdate, { args: [{ by: 'Bo' }] });
    letGo();
    await expect(update).rejects.toMatchObject(refused('Bo has abandoned the task'));
    expect(await handle.result()).toMatchObject({ outcome: 'abandoned' });
  });
});

describe('undo', () => {
  it('takes a decision back, so that the creative goes out after all', async () => {
    stage.world.candidates = [];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(skipOutputUpdate, { args: [{ by, expected: 'Front, Feed', force }] });
    await handle.executeUpdate(undoUpdate, { args: [{ by, expected: 'Front, Feed' }] });
    stage.world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
    await handle.executeUpdate(resumeUpdate, { args: [{ by }] }).catch(() => undefined);
    await handle.result();
    expect(stage.world.submissions[0]).toHaveLength(2);
  });
});

describe('skipOutput', () => {
  it('leaves the output out', async () => {
    const handle = await waitingTask();
    await handle.executeUpdate(skipOutputUpdate, { args: [{ by, expected: 'SKU-1_front_story', force }] });
    await handle.result();
    expect(stage.world.submissions[0]?.map(({ specId }) => specId)).toEqual(['spec-feed']);
  });

  it('of everything that is due ends the task, also when a file was supplied for another round', async () => {
    stage.world.candidates = [aCandidate('Front/Feed')];
    stage.world.settings = watching();
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    const url = 'https://files.example/story.jpg';
    await handle.executeUpdate(deliverFileUpdate, { args: [{ by, expected: 'Front, Story', url }] });
    await reaches(handle, 'Done');
    stage.world.reject('spec-feed');
    await signalRejection(handle);
    await reaches(handle, 'Rejected');
    await handle.executeUpdate(skipOutputUpdate, { args: [{ by, expected: 'Front, Feed' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'left out', lastStatus: 'to do' });
    expect(stage.world.submissions).toHaveLength(1);
  });

  it('said twice is done once', async () => {
    const handle = await waitingTask();
    stage.world.candidates = [];
    const said = [by, by].map((who) =>
      handle.executeUpdate(skipOutputUpdate, { args: [{ by: who, expected: 'Front, Story', force }] }),
    );
    await Promise.all(said);
    expect((await handle.query(statusQuery)).actions).toHaveLength(1);
  });
});

describe('deliverFile', () => {
  it('delivers a file that a person supplies', async () => {
    const handle = await waitingTask();
    await handle.executeUpdate(deliverFileUpdate, {
      args: [{ by, expected: 'Front, Story', url: 'https://files.example/story.jpg' }],
    });
    const record = await handle.result();
    expect(record.rounds[0]?.files.map(({ label }) => label).sort()).toEqual(['Front, Feed', 'Front, Story']);
  });

  it('takes a sealed address as it stands', async () => {
    const sources: unknown[] = [];
    const { fetchSuppliedFile } = stage.world.activities;
    stage.world.activities.fetchSuppliedFile = (request) => {
      sources.push(request.sealedUrl);
      return fetchSuppliedFile(request);
    };
    const handle = await waitingTask();
    await handle.executeUpdate(deliverFileUpdate, { args: [{ by, expected: 'Front, Story', sealedUrl: 'c2VhbGVk' }] });
    await handle.result();
    expect(sources).toEqual(['c2VhbGVk']);
  });

  const stored = { sha256: 'a1'.repeat(32), bytes: 12, name: 'story.jpg' };

  it('delivers an uploaded file, and its record says who chose which', async () => {
    const sources: unknown[] = [];
    const { fetchSuppliedFile } = stage.world.activities;
    stage.world.activities.fetchSuppliedFile = (request) => {
      sources.push(request.stored);
      return fetchSuppliedFile(request);
    };
    const handle = await waitingTask();
    await handle.executeUpdate(deliverFileUpdate, { args: [{ by, expected: 'Front, Story', stored }] });
    const { actions, outcome } = await handle.result();
    expect([sources, outcome]).toEqual([[stored], 'done']);
    expect(actions.map(({ by, what }) => `${by}: ${what}`)).toEqual([
      'Ha: The uploaded file story.jpg (SHA-256 a1a1a1a1a1a1…) is used for Front, Story',
    ]);
  });
});

describe('replaceRecipe', () => {
  it('uses a recipe written by a person, whatever it says of when', async () => {
    stage.world.recipes = [{ ...aRecipe, when: { specification: ['OTHER'] } }];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(replaceRecipeUpdate, { args: [{ by, recipe: { ...aRecipe, name: 'by hand' } }] });
    const record = await handle.result();
    expect(record.rounds[0]?.files.map(({ plan }) => plan?.recipe)).toEqual(['by hand', 'by hand']);
  });

  it('uses a configured recipe by its name', async () => {
    stage.world.recipes = [{ ...aRecipe, when: { specification: ['OTHER'] } }];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(replaceRecipeUpdate, { args: [{ by, recipe: aRecipe.name }] });
    expect((await handle.result()).outcome).toBe('done');
  });
});

describe('abandon', () => {
  it('ends the task with a record that says who and why', async () => {
    const handle = await waitingTask();
    await handle.executeUpdate(abandonUpdate, { args: [{ by, reason: 'the studio does it' }] });
    const record = await handle.result();
    expect(record).toMatchObject({
      outcome: 'abandoned',
      sentence: 'Abandoned by Ha (the studio does it); nothing had been submitted.',
    });
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.stage)).toBe('Abandoned');
  });

  it('is possible after the submission, and then reports what was sent', async () => {
    const handle = await stage.submittedTask();
    await handle.executeUpdate(abandonUpdate, { args: [{ by }] });
    expect((await handle.result()).sentence).toBe('Abandoned by Ha; 2 files had been submitted in 1 round.');
    expect(stage.world.audit.map(({ event }) => event)).toEqual(['delivered', 'abandoned']);
  });
});

describe('resume of a task that is being tried again', () => {
  const triedAgain = async () => {
    const handle = await waitingTask();
    const isSearching = new Promise<void>((resolve) => {
      stage.world.activities.pairCreatives = () => {
        resolve();
        return hanging();
      };
    });
    await handle.executeUpdate(resumeUpdate, { args: [{ by }] });
    await isSearching;
    return handle;
  };

  it('has nothing to do, and says so', async () => {
    const handle = await triedAgain();
    expect(await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Bo' }] })).toBe('It is being tried again already.');
    await handle.terminate('The test is over.');
  });

  it('is refused where it asks for more than that', async () => {
    const handle = await triedAgain();
    const update = handle.executeUpdate(resumeUpdate, { args: [{ by: 'Bo', from: 'export' }] });
    await expect(update).rejects.toMatchObject(refused('The task is not waiting for anybody'));
    await handle.terminate('The test is over.');
  });
});

describe('what people did', () => {
  it('stands in the details', async () => {
    const handle = await waitingTask();
    await handle.executeUpdate(skipOutputUpdate, {
      args: [{ by, reason: 'not wanted', expected: 'Front, Story', force }],
    });
    await reaches(handle, 'Done');
    expect(await detailsOf(handle)).toContain('Ha (said): Front, Story is not delivered (not wanted)');
  });
});

describe('a cancel', () => {
  it('settles at once and reports what was sent, here and in the audit', async () => {
    const handle = await stage.submittedTask();
    const begun = Date.now();
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    // Not only when the review window of a minute is over.
    expect(Date.now() - begun).toBeLessThan(30_000);
    expect(stage.world.audit.map(({ event }) => event)).toEqual(['delivered', 'cancelled']);
    expect(await detailsOf(handle)).toContain('2 files had been submitted in 1 round');
  });

  it('during a submission waits for its answer, so that nothing is sent unnoticed', async () => {
    const { submitAssets } = stage.world.activities;
    const sent = new Promise<void>((resolve) => {
      stage.world.activities.submitAssets = async (request) => {
        resolve();
        await new Promise((done) => setTimeout(done, 100));
        return submitAssets(request);
      };
    });
    const handle = await stage.startTask();
    await sent;
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(stage.world.audit.map(({ event, files }) => [event, files.length])).toEqual([
      ['delivered', 2],
      ['cancelled', 0],
    ]);
  });
});
