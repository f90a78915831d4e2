import { tasksQuery } from '../../board/tasks/tasks-page';

const open = `WorkflowType = 'externalPostTask' AND CloseTime IS NULL`;

describe('the search for tasks on the board', () => {
  it('finds the open tasks of all studios without a filter', () => {
    expect(tasksQuery({ all: false }, undefined)).toBe(open);
  });

  it('finds only tasks of the studios that the viewer sees, and none when they see none', () => {
    expect(tasksQuery({ all: false }, ['acme'])).toBe(`${open} AND (ExtpostStudio IN ('', 'acme'))`);
    expect(tasksQuery({ all: false }, [])).toBe(`${open} AND (ExtpostStudio IN (''))`);
  });

  it('finds by product or by the beginning of an id, also ended ones', () => {
    expect(tasksQuery({ search: 'ABCD', all: false }, undefined)).toContain(
      `AND ((ExtpostProduct = 'ABCD' OR ExtpostTaskId STARTS_WITH 'abcd'))`,
    );
    expect(tasksQuery({ search: 'ABCD', all: false }, undefined)).not.toContain('CloseTime');
  });

  it('takes no word of the viewer as a part of the query', () => {
    const words = "x' OR ExtpostStudio = 'other";
    expect(tasksQuery({ search: words, stage: words, cause: words, all: false }, ['acme'])).not.toContain(words);
  });
});
