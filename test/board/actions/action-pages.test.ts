import { createBoard } from '../../../board/server';
import { TaskProblem } from '../../../starters/tasks/task-problem';
import { boardOptions } from '../board-harness';
import { tokenOf, visit } from '../visitor';

const ADDRESS = '/tasks/acme/0a1b2c3d-0000-4000-8000-000000000001/actions';

/** Somebody who looks at a board whose Temporal knows one task, for which no worker answers. */
async function visitorWithoutWorker() {
  const run = {
    workflowId: 'extpost/acme/0a1b2c3d-0000-4000-8000-000000000001',
    runId: 'run',
    startTime: new Date(),
    status: { name: 'RUNNING' },
    typedSearchAttributes: { get: () => undefined },
  };
  const handle = {
    describe: () => Promise.resolve(run),
    query: () => Promise.reject(new TaskProblem('no worker', 'No worker responds.')),
  };
  const client = {
    workflow: { getHandle: () => handle },
    withDeadline: (_at: number, work: () => Promise<unknown>) => work(),
  };
  return visit(await createBoard(boardOptions({}, { client: client as never })));
}

describe('the page that asks before something is done', () => {
  it.each([
    ['cancel', 'Cancel it; what was sent stays?'],
    ['abandon', 'Abandon it, with a record?'],
  ])('names what is done also while no worker answers: %s', async (kind, title) => {
    const visitor = await visitorWithoutWorker();
    const _csrf = tokenOf(await visitor.get('/nothing'));
    const { body } = await visitor.post(ADDRESS, { _csrf, action: JSON.stringify({ kind }) });
    expect(/<h1>(.*)<\/h1>/.exec(body)?.[1]).toBe(title);
  });
});
