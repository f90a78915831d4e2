import type { Shot } from '../../sandbox/day/model';
import { createStudios } from '../../sandbox/day/studios';
import { defectKinds } from '../../sandbox/day/defects';
import { presetsNeeded, writeDay } from '../../sandbox/day/write-day';
import { settingsOf } from '../../sandbox/options';
import { createRandom } from '../../sandbox/random';

const lacksCreative = ({ expected }: Shot): boolean => expected.some(({ creative }) => creative === undefined);

describe('a written day', () => {
  it.each(Array.from({ length: 40 }, (_, index) => `seed ${index}`))('holds its promises for %s', (seed) => {
    const random = createRandom(seed);
    const tasks = writeDay(random, createStudios(random), settingsOf({}).day, 0);
    expect(tasks).toHaveLength(20);
    expect(new Set(tasks.map((task) => task.product.code)).size).toBe(20);
    expect(tasks.filter((task) => task.announcement === 'lost')).toHaveLength(2);
    const troubled = tasks.filter(({ defect }) => defect !== undefined);
    expect(troubled.map(({ defect }) => defect).sort()).toEqual([...defectKinds].sort());
    expect(troubled.every(({ announcement }) => announcement === 'sent')).toBe(true);
    expect(
      tasks
        .filter(({ defect, shots }) => defect === undefined && shots.some(lacksCreative))
        .map(({ taskId }) => taskId),
    ).toEqual([]);
    expect(tasks.filter((task) => task.contentCreationType === 'editorial').map((task) => task.studio.name)).toEqual([
      'acme',
      'acme',
      'nordlicht',
    ]);
    expect(tasks.some((task) => task.shots.some((shot) => shot.expected[0]?.preset === undefined))).toBe(true);
    const shots = tasks.flatMap((task) => task.shots);
    const wanted = (position: string) =>
      shots.filter((shot) => shot.position === position).flatMap(({ expected }) => expected);
    expect(wanted('Clip').map(({ format }) => format)).toEqual(['mp4']);
    expect(wanted('Carousel').map(({ format, creative }) => [format, creative?.kind])).toEqual([
      ['jpeg', 'meta carousel'],
      ['mp4', 'meta carousel'],
    ]);
  });

  it.each([1, 2, 4, 10, 60])('has exactly %i expected outputs in each task, each with its creative', (filesPerTask) => {
    const { day } = settingsOf({ day: { tasks: 6, filesPerTask, defects: [] } });
    const random = createRandom('files');
    const tasks = writeDay(random, createStudios(random, {}, presetsNeeded(day)), day, 0);
    const expected = tasks.map(({ shots }) => shots.flatMap((shot) => shot.expected));
    expect(expected.map(({ length }) => length)).toEqual(tasks.map(() => filesPerTask));
    expect(new Set(expected.flat().map(({ creative }) => creative?.outputId)).size).toBe(6 * filesPerTask);
    expect(expected.flat().every(({ creative }) => creative !== undefined)).toBe(true);
  });
});
