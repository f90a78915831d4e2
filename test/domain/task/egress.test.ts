import { chooseEgress } from '../../../domain/task/egress';

const ids = Array.from({ length: 3_000 }, (_, index) => `task-${index}`);

function chosen(egresses: readonly string[]): (string | undefined)[] {
  return ids.map((id) => chooseEgress(id, egresses));
}

describe('the choice of a network address', () => {
  it('names none where there is only one', () => {
    expect(chooseEgress('task-1', [])).toBeUndefined();
  });

  it('does not depend on the order of the list', () => {
    expect(chosen(['north', 'south', 'west'])).toEqual(chosen(['west', 'north', 'south']));
  });

  it('spreads tasks evenly', () => {
    const counts = ['north', 'south', 'west'].map(
      (egress, _index, all) => chosen(all).filter((each) => each === egress).length,
    );
    // A fair share is 1,000; four standard deviations are 103.
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(104);
  });

  it('moves only the tasks of an address that is gone', () => {
    const [before, after] = [chosen(['north', 'south', 'west']), chosen(['north', 'south'])];
    const moved = ids.filter((_id, index) => before[index] !== after[index]);
    expect(moved.length).toBe(before.filter((each) => each === 'west').length);
  });
});
