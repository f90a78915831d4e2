import type { FastifyInstance } from 'fastify';

import type { BoardOptions } from '../../board/board-options';
import { createBoard } from '../../board/server';
import { taskAddress } from '../../domain/task/board-address';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import type { TemporalConnection } from '../../temporal';
import { uniqueStudio } from '../starters/test-temporal';
import { aCandidate } from '../support/facts';
import { FakeWorld, later, quickSettings } from '../support/fake-world';
import { eventually, TestTemporal } from '../support/temporal';
import { boardOptions } from './board-harness';
import { visit } from './visitor';

let temporal: TestTemporal;
let world: FakeWorld;
let board: FastifyInstance;
const studio = uniqueStudio();
const other = uniqueStudio();
const taskId = crypto.randomUUID();
const address = taskAddress({ studio, taskId });

/** The board of somebody who sees the first studio only. */
async function aBoard(connection: Partial<TemporalConnection>): Promise<FastifyInstance> {
  const options: BoardOptions = boardOptions({}, connection);
  return createBoard({
    ...options,
    login: {
      method: {
        kind: 'proxy headers',
        read: () => ({ outcome: 'known', person: { identity: 'ann@studio.example', groups: [studio] } }),
      },
      rules: { look: [], act: [studio], studios: { [studio]: [studio] } },
    },
  });
}

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  world = new FakeWorld();
  // A task without its second creative needs attention for as long as the test runs.
  world.settings = {
    ...quickSettings,
    reviewWindowMs: 60_000,
    lifecycle: { ...quickSettings.lifecycle, corrections: later },
  };
  world.candidates = [aCandidate('Front/Feed')];
  await temporal.serve(() => world);
  await temporal.startTask({ studio, taskId });
  await temporal.startTask({ studio: other, taskId });
  await eventually(
    async () => (await temporal.client.workflow.count(`ExtpostStage = 'Needs attention'`)).count,
    (count) => count === 2,
  );
  board = await aBoard({ client: temporal.client, namespace: temporal.namespace });
});
afterAll(async () => {
  await board.close();
  for (const name of [studio, other]) {
    await temporal.client.workflow.getHandle(taskWorkflowId({ studio: name, taskId })).terminate('the test is over');
  }
  await temporal.close();
});

describe('the board of real tasks', () => {
  it('shows what waits for somebody, and why, of the studios that the viewer sees', async () => {
    const { body, statusCode } = await visit(board).get('/');
    expect(statusCode).toBe(200);
    expect(body).toMatch(new RegExp(`href="${address}"[^>]*>SKU-1`));
    expect(body).toContain('No creative in Celtra');
    expect(body).not.toContain(other);
    expect(body).toMatch(/<strong>1<\/strong> task waits/);
  });

  it('shows what changes of the list alone when it refreshes itself', async () => {
    const { body } = await visit(board).get('/', { 'hx-request': 'true' });
    expect(body).toContain(address);
    expect(body).not.toContain('<html');
  });

  it('shows the expected outputs of a task, what is missing, and its story', async () => {
    const page = await visit(board).get(address);
    expect(page.body).toContain('Front, Story');
    expect(page.body).toContain('No creative for Front, Story');
    const story = await visit(board).get(`${address}/story`);
    expect(story.body).toContain('Needs attention');
  });

  it('tells a page whether its task has moved on', async () => {
    const page = await visit(board).get(address);
    const news = /hx-get="([^"]+\/news\?[^"]+)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await visit(board).get(news)).statusCode).toBe(204);
    expect((await visit(board).get(`${address}/news?seen=something`)).body).toContain('The task has moved on');
  });

  it.each(['', '/story', '/news', '/compare', '/plan'])(
    'does not find the task of another studio: %s',
    async (page) => {
      const { statusCode } = await visit(board).get(`${taskAddress({ studio: other, taskId })}${page}`);
      expect(statusCode).toBe(404);
    },
  );

  it('finds a task by its product, and none of another studio', async () => {
    const { body } = await visit(board).get('/tasks?search=SKU-1');
    expect(body).toContain(address);
    expect(body).not.toContain(other);
  });

  it('says so where Temporal does not answer', async () => {
    const lost = await aBoard({ client: { workflow: {} } as unknown as TestTemporal['client'] });
    const { statusCode, body } = await visit(lost).get('/');
    expect([statusCode, body.includes('Temporal does not answer')]).toEqual([503, true]);
    await lost.close();
  });
});
