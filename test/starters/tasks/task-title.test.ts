import { staticSummary } from '../../../starters/tasks/start-metadata';

const task = { studio: 'acme', taskId: 'a3b4c5d6-1111-4222-8333-944445555666', contentCreationType: 'ecom' } as const;

describe('the title of a task’s workflow', () => {
  it('names the product when the hint carries its code', () => {
    expect(staticSummary(task, { hints: { productCode: 'SKU-1' } })).toBe('acme: SKU-1');
  });

  it('names the task until the product is known', () => {
    expect(staticSummary(task, {})).toBe(`acme: External Post task ${task.taskId}`);
  });
});
