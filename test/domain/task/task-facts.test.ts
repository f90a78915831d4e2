import { taskSubject } from '../../../domain/task/task-facts';
import { aTask } from '../../support/facts';

describe('what people call a task by', () => {
  const editorial = aTask({ contentCreationType: 'editorial', product: undefined });
  const project = { code: 'PRJ-1', name: 'Magazine' };

  it('is its product, by the code alone as long as the name has not been read', () => {
    expect(taskSubject(aTask())).toEqual({ code: 'SKU-1', name: undefined });
  });

  it('is its product with the name, once that has been read', () => {
    expect(taskSubject(aTask(), { product: { name: 'Trail runner' } })).toEqual({
      code: 'SKU-1',
      name: 'Trail runner',
    });
  });

  it('is the product by Creative Force’s own code when the studio’s is missing', () => {
    expect(taskSubject(aTask({ product: { cfCode: 'PD0001CF' } })).code).toBe('PD0001CF');
  });

  it('is the first deliverable of an editorial task', () => {
    const deliverables = [{ code: 'DEL-1', name: 'Opener' }, { code: 'DEL-2' }];
    expect(taskSubject(editorial, { project, deliverables })).toEqual({ code: 'DEL-1', name: 'Opener' });
  });

  it('is the project of an editorial task whose deliverables were not read', () => {
    expect(taskSubject(editorial, { project })).toEqual(project);
  });

  it('is nothing before anything has been read of an editorial task', () => {
    expect(taskSubject(editorial)).toEqual({ code: undefined, name: undefined });
  });
});
