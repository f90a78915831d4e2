import { templateScope } from '../../../domain/recipe/template-scope';
import { specOf } from '../../../domain/task/task-facts';
import { aShot, aTask, anExpectedOutput, feedSpec, someFacts } from '../../support/facts';

const expected = anExpectedOutput('feed');
const output = { shot: aShot(), expected };

describe('what templates see', () => {
  it('has the names of the design', () => {
    expect(templateScope(someFacts(), output)).toMatchObject({
      studio: { name: 'acme' },
      workspace: { name: 'Acme' },
      task: { contentCreationType: 'ecom' },
      shot: { position: 'Front', inputs: [{ fileName: 'SKU-1_front.tif' }] },
      expected: { name: 'SKU-1_front_feed', variant: 1 },
      spec: { id: 'spec-feed', name: 'Feed', width: 1080 },
      specification: { id: 'SPRING-SOCIAL' },
      job: { code: 'JOB-1', properties: { 'Celtra project': 'design-1' } },
      product: { code: 'SKU-1', name: 'Trail runner' },
    });
  });

  it('says the deadline as a date', () => {
    const facts = someFacts({ task: aTask({ deadline: Date.UTC(2026, 10, 24, 9, 30) }) });
    expect(templateScope(facts, output)).toHaveProperty('task.deadline', '2026-11-24T09:30:00.000Z');
  });

  it('leaves out what is absent, so that using it is an error', () => {
    const scope = templateScope(someFacts({ product: { code: 'SKU-1', name: undefined } }), {
      shot: aShot({ position: undefined }),
      expected: anExpectedOutput('feed', { specification: undefined }),
    });
    expect([Object.keys(scope), scope['shot'], scope['product']]).toEqual([
      expect.not.arrayContaining(['specification', 'styleGuide']),
      expect.not.objectContaining({ position: undefined }),
      { code: 'SKU-1' },
    ]);
  });

  it('leaves out a property without a value', () => {
    const facts = someFacts({ job: { code: 'JOB-1', properties: { Season: null, Year: 2026 } } });
    expect(templateScope(facts, output)).toHaveProperty('job.properties', { Year: 2026 });
  });

  it('knows the codes of job and product without having read either', () => {
    const scope = templateScope(someFacts({ job: undefined, product: undefined }), output);
    expect([scope['job'], scope['product']]).toEqual([{ code: 'JOB-1' }, { code: 'SKU-1' }]);
  });
});

describe('what templates of an editorial task see', () => {
  const opener = { code: 'DEL-1', name: 'Opener', outputName: 'opener' };
  const facts = someFacts({
    task: aTask({ contentCreationType: 'editorial', job: undefined, product: undefined }),
    job: undefined,
    product: undefined,
    project: { code: 'PRJ-1', properties: { 'Celtra project': 'design-1', Season: null } },
    deliverables: [opener, { code: 'DEL-2', name: undefined }],
  });

  it('has the project, the first deliverable and all of them', () => {
    expect(templateScope(facts, output)).toMatchObject({
      task: { contentCreationType: 'editorial' },
      project: { code: 'PRJ-1', properties: { 'Celtra project': 'design-1' } },
      deliverable: opener,
      deliverables: [opener, { code: 'DEL-2' }],
    });
  });

  it('leaves out project and deliverables that were not read', () => {
    expect(Object.keys(templateScope(someFacts(), output))).toEqual(
      expect.not.arrayContaining(['project', 'deliverable', 'deliverables']),
    );
  });

  it('has no first deliverable when there is none', () => {
    expect(templateScope({ ...facts, deliverables: [] }, output)).not.toHaveProperty('deliverable');
  });
});

describe('the spec of an expected output', () => {
  it('is the one it names', () => {
    expect(specOf(someFacts(), output)).toEqual({ ...feedSpec, id: 'spec-feed' });
  });

  it('is none when that one was not read', () => {
    expect(specOf({ specs: [] }, output)).toBeUndefined();
  });

  it('is none when it names none', () => {
    expect(specOf(someFacts(), { ...output, expected: { ...expected, specId: undefined } })).toBeUndefined();
  });
});
