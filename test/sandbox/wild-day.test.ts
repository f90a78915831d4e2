import { createStudios } from '../../sandbox/day/studios';
import type { Task } from '../../sandbox/day/model';
import { defectKinds } from '../../sandbox/day/defects';
import { wildDay } from '../../sandbox/day/wild';
import { writeDay } from '../../sandbox/day/write-day';
import { settingsOf } from '../../sandbox/options';
import { createRandom } from '../../sandbox/random';

function writeWildDay(seed: string, tasks: number): Task[] {
  const random = createRandom(seed);
  return writeDay(random, createStudios(random), settingsOf(wildDay(seed, tasks, 30_000)).day, 0);
}

function counted(tasks: readonly Task[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event = 'none' } of tasks) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}

/** Of 60 tasks; written once for all tests of a seed, which only read it. */
const longDays = new Map<string, readonly Task[]>();
function longDay(seed: string): readonly Task[] {
  const day = longDays.get(seed) ?? writeWildDay(seed, 60);
  longDays.set(seed, day);
  return day;
}

const seeds = Array.from({ length: 20 }, (_, index) => `seed ${index}`);

describe('a wild day', () => {
  it.each(seeds)('has every event and every defect, also with 20 tasks: %s', (seed) => {
    const tasks = writeWildDay(seed, 20);
    const once = {
      rejection: 1,
      bypass: 1,
      'late rejection': 1,
      'uncorrected rejection': 1,
      reset: 1,
      'late reset': 1,
      deletion: 1,
    };
    expect(counted(tasks)).toMatchObject(once);
    expect(tasks.flatMap(({ defect }) => defect ?? []).sort()).toEqual([...defectKinds].sort());
  });

  it.each(seeds)('lets every form of a rejection have its turn in 60 tasks: %s', (seed) => {
    const turns = longDay(seed).flatMap(({ rejectionTurn }) => rejectionTurn ?? []);
    expect(turns.sort((first, second) => first - second)).toEqual([...turns.keys()]);
    expect(turns.length).toBeGreaterThanOrEqual(6);
  });

  it.each(seeds)('has colourways, which share a spec and not a file name: %s', (seed) => {
    const shots = longDay(seed).flatMap((task) => task.shots);
    const colourways = shots.filter(({ expected }) => expected.some(({ size }) => size.includes('colourway')));
    expect(colourways).toHaveLength(5);
    for (const { expected } of colourways) {
      expect(new Set(expected.map(({ preset }) => preset?.specId)).size).toBe(1);
      expect(new Set(expected.map(({ fileName }) => fileName)).size).toBe(expected.length);
    }
  });

  it('is the same for the same seed, and another one for another', () => {
    expect(writeWildDay('a', 20)).toEqual(writeWildDay('a', 20));
    expect(wildDay('a', 20, 30_000)).toEqual(wildDay('a', 20, 30_000));
    expect(wildDay('b', 20, 30_000)).not.toEqual(wildDay('a', 20, 30_000));
  });
});
