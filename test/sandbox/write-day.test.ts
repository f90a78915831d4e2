import { createStudios } from '../../sandbox/day/studios';
import { writeDay } from '../../sandbox/day/write-day';
import { settingsOf } from '../../sandbox/options';
import { createRandom } from '../../sandbox/random';

describe('a written day', () => {
  it.each(Array.from({ length: 40 }, (_, index) => `seed ${index}`))('holds its promises for %s', (seed) => {
    const random = createRandom(seed);
    const tasks = writeDay(random, createStudios(random), settingsOf({}).day, 0);
    const lacking = tasks.filter((task) =>
      task.shots.some((shot) => shot.expected.some(({ creative }) => creative === undefined)),
    );
    expect(tasks).toHaveLength(20);
    expect(new Set(tasks.map((task) => task.product.code)).size).toBe(20);
    expect(tasks.filter((task) => task.announcement === 'lost')).toHaveLength(2);
    expect(lacking).toEqual([expect.objectContaining({ deliverable: false, announcement: 'sent' })]);
    expect(tasks.filter((task) => task.contentCreationType === 'editorial').map((task) => task.studio.name)).toEqual([
      'acme',
      'acme',
      'nordlicht',
    ]);
    expect(tasks.some((task) => task.shots.some((shot) => shot.expected[0]?.preset === undefined))).toBe(true);
  });
});
