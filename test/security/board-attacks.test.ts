import { connect, type Socket } from 'node:net';

import { createBoard, startBoard } from '../../board/server';
import type { ChosenLogin } from '../../board/login/choose-login';
import { TooMuchWorkError } from '../../clients/threads/timed-threads';
import type { SavedTask } from '../../domain/plan/plan-saved-task';
import { boardOptions } from '../board/board-harness';
import { tokenOf, visit } from '../board/visitor';

/** Who may decide about everything in acme, and knows of no other studio. */
const ofAcme: ChosenLogin = {
  method: {
    kind: 'proxy headers',
    read: () => ({ outcome: 'known', person: { identity: 'ann', groups: ['acme'] } }),
  },
  rules: { look: [], act: ['acme'], studios: { acme: ['acme'], beta: ['beta'] } },
};
const TASK = '0a1b2c3d-0000-4000-8000-000000000001';
const studio = { creativeForce: { vendorId: 'vendor' }, recipes: [] };

/** A board of two studios, whose Temporal has no tasks. */
async function open(changes: Partial<Parameters<typeof createBoard>[0]> = {}) {
  const list = async function* (): AsyncGenerator<never> {
    // Temporal lists nothing.
  };
  const client = {
    withDeadline: (_at: number, work: () => Promise<unknown>) => work(),
    workflow: { count: () => Promise.resolve({ count: 0 }), list },
  };
  const options = boardOptions({}, { client: client as never });
  const config = { ...options.config, studios: { acme: studio, beta: studio } as never };
  return createBoard({ ...options, config, login: ofAcme, ...changes });
}

/** Reads the tree that Fastify prints, in which each line has the part of a path that its parents do not have. */
function routesOf(board: Awaited<ReturnType<typeof open>>): { readonly url: string; readonly isRead: boolean }[] {
  const parents: string[] = [];
  const lines = board.printRoutes({ commonPrefix: false }).split('\n');
  return lines.flatMap((line) => {
    const [, indent = '', part = '', methods] = /^(.*?)[├└]── (\S+)(?: \((.*)\))?/.exec(line) ?? [];
    if (part === '') return [];
    const depth = indent.length / 4;
    parents.splice(depth, parents.length, part);
    const url = parents.join('');
    return methods === undefined ? [] : [{ url, isRead: methods.includes('GET') }];
  });
}

describe('who sees one studio', () => {
  it.each(['/', '/tasks', '/recipes'])('finds no other one named on %s', async (address) => {
    const { statusCode, body } = await visit(await open()).get(address);
    expect([statusCode, body.includes('beta')]).toEqual([200, false]);
  });

  it('is served by no route what is about another one', async () => {
    const board = await open();
    const all = routesOf(board);
    const ofStudio = all.filter(({ url }) => url.includes(':studio'));
    // A route that is not about one studio has to look after this itself, and is named here.
    const others = all
      .map(({ url }) => url.replace(/[0-9a-f]{16}/, '<hash>'))
      .filter((url) => !url.includes(':studio'));
    expect([...new Set(others)].sort()).toEqual([
      '/',
      '/assets/<hash>/board.css',
      '/assets/<hash>/board.js',
      '/assets/<hash>/htmx.js',
      '/assets/<hash>/icon.svg',
      '/health/live',
      '/health/ready',
      '/log-in',
      '/log-out',
      '/recipes',
      '/recipes/download',
      '/tasks',
    ]);
    expect(ofStudio.length).toBeGreaterThan(8);
    const visitor = visit(board);
    const _csrf = tokenOf(await visitor.get('/nothing'));
    const answers = await Promise.all(
      ofStudio.map(({ url, isRead }) => {
        const address = url.replace(':studio', 'beta').replace(':taskId', TASK).replace(/:\w+/g, 'x');
        return isRead ? visitor.get(address) : visitor.post(address, { _csrf });
      }),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(ofStudio.map(() => 404));
  });
});

describe('recipes that somebody tries on the board', () => {
  const saved = (asked: unknown[]) => (task: unknown) => {
    asked.push(task);
    return Promise.resolve({} as SavedTask);
  };
  const recipes = `- name: feed
  celtra: { filters: { designFile: { id: [design-1] } } }
  match: { expected: '{{ spec.name }}', output: '{{ output.name }}' }
`;

  async function tryWith(fields: Readonly<Record<string, string>>, changes: Parameters<typeof open>[0]) {
    const visitor = visit(await open(changes));
    const _csrf = tokenOf(await visitor.get('/recipes'));
    return visitor.post('/recipes', { _csrf, recipes, studio: 'acme', ...fields });
  }

  it.each(['../beta/x', '..', 'x/../../beta/x', 'x\\y', '', 'x'.repeat(65)])(
    'read nothing for a task that is called "%s"',
    async (task) => {
      const asked: unknown[] = [];
      const { statusCode } = await tryWith({ task }, { savedTasks: saved(asked) });
      expect([statusCode, asked]).toEqual([404, []]);
    },
  );

  it('are tried on the tasks of no other studio', async () => {
    const asked: unknown[] = [];
    await tryWith({ task: TASK, studio: 'beta' }, { savedTasks: saved(asked) });
    expect(asked).toEqual([]);
  });

  it('that make too much work are stopped, and the page says so', async () => {
    const tooMuch = () => Promise.reject(new TooMuchWorkError('It was stopped after 10 s.'));
    const recipePlanner = { plan: tooMuch, compare: tooMuch, close: () => Promise.resolve() };
    const { statusCode, body } = await tryWith({ task: TASK }, { savedTasks: saved([]), recipePlanner });
    expect([statusCode, body]).toEqual([422, expect.stringContaining('It was stopped after 10 s.')]);
  });

  it('that an operator would replace others by are stopped as well, before anything is done', async () => {
    const tooMuch = () => Promise.reject(new TooMuchWorkError('It was stopped after 10 s.'));
    const recipePlanner = { plan: tooMuch, compare: tooMuch, close: () => Promise.resolve() };
    const run = {
      workflowId: `extpost/acme/${TASK}`,
      runId: 'run',
      startTime: new Date(),
      status: { name: 'RUNNING' },
      typedSearchAttributes: { get: () => undefined },
    };
    const status = { stage: 'Needs attention', round: 0, sentence: '', expected: 1, delivered: 0, revision: 3 };
    const handle = { describe: () => Promise.resolve(run), query: () => Promise.resolve(status) };
    const withDeadline = (_at: number, work: () => Promise<unknown>) => work();
    const { temporal } = boardOptions({}, { client: { withDeadline, workflow: { getHandle: () => handle } } as never });
    const visitor = visit(await open({ savedTasks: saved([]), recipePlanner, temporal }));
    const _csrf = tokenOf(await visitor.get('/recipes'));
    const action = JSON.stringify({ kind: 'replace recipe', recipe: 'feed' });
    const { statusCode, body } = await visitor.post(`/tasks/acme/${TASK}/actions`, { _csrf, action });
    const words = 'What would follow is not known. These recipes make too much work. It was stopped after 10 s.';
    expect([statusCode, body]).toEqual([200, expect.stringContaining(words)]);
  });

  it('are refused in words when they are nested too deeply', async () => {
    const { statusCode, body } = await tryWith({ recipes: '['.repeat(20_000) }, {});
    expect([statusCode, body]).toEqual([200, expect.stringContaining('lists or groups are nested too deeply here')]);
  });
});

describe('idle sockets', () => {
  it('leave the board open to others', async () => {
    const board = await startBoard(boardOptions({ host: '127.0.0.1', port: 0 }));
    const port = Number(new URL(board.url).port);
    const sockets = await Promise.all(Array.from({ length: 600 }, () => idleSocket(port)));
    const answer = await fetch(`${board.url}/health/live`);
    const closed = sockets.filter((socket) => socket.closed).length;
    for (const socket of sockets) socket.destroy();
    await board.stop();
    expect([answer.status, closed]).toEqual([200, expect.any(Number)]);
    expect(closed).toBeGreaterThanOrEqual(600 - 512);
  });
});

function idleSocket(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined).resume();
    socket.once('connect', () => {
      resolve(socket);
    });
  });
}
