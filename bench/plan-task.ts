import type { CeltraOutput } from '../domain/render/celtra-output';
import type { Recipe } from '../domain/recipe/recipe';
import type { TaskFacts } from '../domain/task/task-facts';
import type { OutputSpec } from '../domain/task/task';

/** Expected outputs of one shot: the most that Creative Force allows (docs/reference/creative-force.md#fan-out). */
const VARIANTS = 50;

/** Chooses a design by a property of the job, and pairs by position and placement. */
export const recipe: Recipe = {
  name: 'spring-social',
  when: { specification: ['SPRING-SOCIAL'] },
  celtra: { filters: { designFile: { id: ["{{ job.properties['Celtra project'] }}"] } } },
  match: {
    expected: '{{ shot.position }}/{{ spec.name }}',
    output: '{{ output.contentDimensionsByName.Position }}/{{ output.contentDimensionsByName.Placement }}',
  },
};

/** The facts of a task with this many expected outputs; ids, names and specs have realistic lengths. */
export function largeTask(expected: number): TaskFacts {
  const specs = Array.from({ length: VARIANTS }, (_, index): OutputSpec => ({
    specId: guid('5ec', index),
    name: `Social placement ${index + 1}`,
    width: 1080,
    height: 1080 + index,
    extension: 'jpg',
    dpi: 72,
    colorProfile: 'sRGB IEC61966-2.1',
    maxBytes: 5_000_000,
  }));
  const shots = Array.from({ length: Math.ceil(expected / VARIANTS) }, (_, shot) => ({
    shotId: guid('540', shot),
    position: `Position ${shot + 1}`,
    inputs: [{ assetId: guid('a55', shot), fileName: `ACME-1042-SPRING_position_${shot + 1}.tif` }],
    expectedOutputs: specs.slice(0, expected - shot * VARIANTS).map(({ specId }, variant) => ({
      shotId: guid('540', shot),
      specId,
      variant: variant + 1,
      name: `ACME-1042-SPRING_position_${shot + 1}_placement_${variant + 1}`,
      specification: { id: 'SPRING-SOCIAL', name: 'Spring social set' },
    })),
  }));
  return {
    studio: 'acme',
    task: {
      taskId: guid('7a5', 0),
      contentCreationType: 'ecom',
      workspace: { id: guid('c11', 0), name: 'Acme' },
      status: 'to do',
      statusText: 'To Do',
      shots,
    },
    specs,
    job: { code: 'JOB-1', properties: { 'Celtra project': 'design-1' } },
    product: { code: 'ACME-1042' },
  };
}

/** This many Celtra outputs with different keys; the first ones match the outputs of {@link largeTask}. */
export function manyOutputs(count: number): CeltraOutput[] {
  return Array.from({ length: count }, (_, index) => {
    const Position = `Position ${Math.floor(index / VARIANTS) + 1}`;
    const variant = index % VARIANTS;
    return {
      outputId: guid('c31', index),
      name: `Acme spring campaign ${Position} placement ${variant + 1}`,
      status: 'pending',
      designFile: { id: 'design-1', contentHash: 'd'.repeat(64) },
      previewUrl: `https://acme.celtra.example/preview/${guid('c31', index)}`,
      assets: [{ key: 'image', type: 'image', status: 'pending', width: 1080, height: 1080 + variant }],
      facts: { contentDimensionsByName: { Position, Placement: `Social placement ${variant + 1}` } },
    };
  });
}

function guid(kind: string, index: number): string {
  return `${kind}00000-1111-4222-8333-${String(index).padStart(12, '0')}`;
}
