import type { CeltraAsset, CeltraOutput } from '../../domain/render/celtra-output';
import type { Candidate } from '../../domain/plan/candidate';
import type { ExportGroup, PlannedOutput } from '../../domain/plan/export-plan';
import type { Recipe } from '../../domain/recipe/recipe';
import type { TaskFacts } from '../../domain/task/task-facts';
import type { Annotation, ExpectedOutput, OutputSpec, Shot, Task } from '../../domain/task/task';

export const TASK_ID = 'a3b4c5d6-1111-4222-8333-944445555666';

/** A task with one shot, Front, with two expected outputs; every part can be replaced. */
export function aTask(changes: Partial<Task> = {}): Task {
  return {
    taskId: TASK_ID,
    contentCreationType: 'ecom',
    workspace: { id: '0b1c2d3e-1111-4222-8333-944445555666', name: 'Acme' },
    status: 'to do',
    statusText: 'To Do',
    job: { id: '1c2d3e4f-1111-4222-8333-944445555666', code: 'JOB-1' },
    product: { id: '2d3e4f50-1111-4222-8333-944445555666', code: 'SKU-1' },
    shots: [aShot()],
    ...changes,
  };
}

/** The editorial counterpart of {@link aTask}: a project and two deliverables instead of a job and a product. */
export function anEditorialTask(changes: Partial<Task> = {}): Task {
  return aTask({
    contentCreationType: 'editorial',
    job: undefined,
    product: undefined,
    editorialProjectId: 'project-1',
    editorialDeliverableIds: ['del-1', 'del-2'],
    ...changes,
  });
}

export function aShot(changes: Partial<Shot> = {}): Shot {
  return {
    shotId: 'shot-front',
    position: 'Front',
    inputs: [{ assetId: 'input-1', fileName: 'SKU-1_front.tif' }],
    expectedOutputs: [anExpectedOutput('feed'), anExpectedOutput('story')],
    ...changes,
  };
}

export function anExpectedOutput(spec: string, changes: Partial<ExpectedOutput> = {}): ExpectedOutput {
  return {
    shotId: 'shot-front',
    specId: `spec-${spec}`,
    variant: 1,
    name: `SKU-1_front_${spec}`,
    specification: { id: 'SPRING-SOCIAL', name: 'Spring social set' },
    ...changes,
  };
}

export const feedSpec: OutputSpec = { specId: 'spec-feed', name: 'Feed', width: 1080, height: 1080, extension: 'jpg' };
export const storySpec: OutputSpec = {
  specId: 'spec-story',
  name: 'Story',
  width: 1080,
  height: 1920,
  extension: 'jpg',
};

export const aRecipe: Recipe = {
  name: 'spring-social',
  when: { specification: ['SPRING-SOCIAL'] },
  celtra: { filters: { designFile: { id: ["{{ job.properties['Celtra project'] }}"] } } },
  match: { expected: '{{ shot.position }}/{{ spec.name }}', output: '{{ output.contentDimensionsByName.Key }}' },
};

export function aCandidate(key: string, changes: Partial<Candidate> = {}): Candidate {
  return { outputId: `output-${key}`, name: key, designFileId: 'design-1', contentHash: 'hash-1', key, ...changes };
}

/** The facts of the task of {@link aTask}: both specs, its job and its product. */
export function someFacts(changes: Partial<TaskFacts> = {}): TaskFacts {
  return {
    studio: 'acme',
    task: aTask(),
    specs: [feedSpec, storySpec],
    job: { code: 'JOB-1', properties: { 'Celtra project': 'design-1' } },
    product: { code: 'SKU-1', name: 'Trail runner' },
    ...changes,
  };
}

export function aRejectionNote(changes: Partial<Annotation> = {}): Annotation {
  return { annotationId: 'note-1', kind: 'rejection', comment: 'The logo is cut.', shotId: 'shot-front', ...changes };
}

/** A planned output whose label and file name follow from its key. */
export function aPlannedOutput(key: string, changes: Partial<PlannedOutput> = {}): PlannedOutput {
  return {
    expectedKey: `expected-${key}`,
    shotId: 'shot-front',
    label: key.replace('/', ', '),
    key,
    fileName: `${key.replace('/', '_')}.jpg`,
    ...changes,
  };
}

export function anExportGroup(expected: readonly PlannedOutput[]): ExportGroup {
  return {
    recipe: 'spring-social',
    filters: { designFile: { id: ['design-1'] } },
    assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
    outputTemplate: aRecipe.match.output,
    expected,
  };
}

export function aCeltraAsset(changes: Partial<CeltraAsset> = {}): CeltraAsset {
  return {
    key: 'image',
    type: 'image',
    status: 'finished',
    extension: 'jpg',
    blobHash: 'blob-1',
    url: 'https://files.example/render.jpg?token=secret',
    ...changes,
  };
}

export function aCeltraOutput(outputId: string, changes: Partial<CeltraOutput> = {}): CeltraOutput {
  return {
    outputId,
    name: `Creative ${outputId}`,
    status: 'finished',
    designFile: { id: 'design-1', contentHash: 'hash-1' },
    assets: [aCeltraAsset()],
    facts: { contentDimensionsByName: { Key: 'Front/Feed' } },
    ...changes,
  };
}
