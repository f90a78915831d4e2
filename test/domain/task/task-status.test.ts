import { withWarnings } from '../../../domain/task/task-status';

describe('the warnings of a task', () => {
  it('are each told once', () => {
    expect(withWarnings(['one', 'two'], ['two', 'three'])).toEqual(['one', 'two', 'three']);
  });

  it('are no more than a hundred, and the newest are kept', () => {
    const many = Array.from({ length: 150 }, (_, number) => `warning ${number}`);
    const warnings = withWarnings(many, ['the newest']);
    expect([warnings.length, warnings[0], warnings.at(-1)]).toEqual([100, 'warning 51', 'the newest']);
  });
});
