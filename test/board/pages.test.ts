import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { homeView } from '../../board/overview/home-view';
import { storyView } from '../../board/task/story-view';
import { taskView } from '../../board/task/task-view';
import { loadAssets } from '../../board/view/assets';
import { createRenderer, type Renderer } from '../../board/view/renderer';
import { deliveredFile, NOW, rejectedTask, taskSummary } from './board-facts';

const hostile = '"><script>alert(1)</script>\'{{ title }}';
const folder = path.join(__dirname, '..', '..', 'board', 'templates');

let render: Renderer;
beforeAll(async () => {
  render = createRenderer(await loadAssets());
});

const typed = { reason: hostile, expected: hostile, outputId: hostile };
/** What every page is given. */
const common = { viewer: { name: hostile, roles: ['look', 'act'] }, formToken: hostile, address: '/', typed };

/** A task in which every text that comes from outside is hostile. */
function hostileTask() {
  const reading = rejectedTask([deliveredFile({ label: hostile, fileName: hostile, outputId: hostile })]);
  return JSON.parse(
    JSON.stringify(reading, (key, value: unknown) =>
      typeof value === 'string' && /^(text|author|where|sentence|message|label|fileName|what|by|name|title)$/.test(key)
        ? hostile
        : value,
    ),
  ) as typeof reading;
}

describe('the pages of the board', () => {
  it('escape every text of a task', async () => {
    const page = await render('task', { ...common, nav: 'tasks', ...taskView(hostileTask(), NOW) });
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('"><script');
  });

  it('escape every text of the list', async () => {
    const rows = [taskSummary({ title: hostile, studio: hostile, cause: hostile, stage: hostile, flavour: hostile })];
    const page = await render('home', {
      ...common,
      title: 'Waiting for me',
      nav: 'home',
      refresh: '/?cause=%22%3E',
      ...homeView(rows, { page: 1, cause: hostile }, NOW),
      notRead: 0,
      counts: { underWay: [{ stage: 'Export', count: 2 }], underWayTotal: 2, deliveredToday: 3 },
      isComplete: true,
      health: [{ what: hostile, text: hostile, isGood: false }],
      now: { iso: '2026-11-29T12:00:00.000Z', text: '12:00' },
    });
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>alert');
  });

  it('escape every text of a story', async () => {
    const lines = [{ at: '2026-11-29T11:00:00.000Z', kind: 'step' as const, what: hostile, outcome: hostile }];
    const page = await render('story-lines', { ...storyView(lines, NOW) });
    expect(page).not.toContain('<script>alert');
  });

  it.each(readdirSync(folder))('%s holds no script, no style, no handler and no unescaped output', (name) => {
    const template = readFileSync(path.join(folder, name), 'utf8');
    expect(
      template.match(/<script(?! src=)|<style|\sstyle=|\son[a-z]+=|\|\s*raw|javascript:|hx-on|\s[\w-]+=\{\{/gi),
    ).toBeNull();
  });

  it.each([
    [1, '1 marking;'],
    [2, '2 markings;'],
  ])('count %d as one would say it', async (count, words) => {
    const shape = { number: 1, path: 'M0 0', kind: 'other', pin: { x: 1, y: 1 } };
    const marked = { picture: { alt: '' }, size: { width: 1, height: 1 }, shapes: Array(count).fill(shape) };
    expect(await render('marked-picture', { marked })).toContain(words);
  });

  it('tell the reader of a picture how many markings it has', async () => {
    const page = await render('task', { ...common, nav: 'tasks', ...taskView(rejectedTask([deliveredFile()]), NOW) });
    expect(page).toContain('aria-label="2 markings;');
    expect(page).toMatch(/<path class="marking rectangle" d="M64 64H192V192H64Z"\/>/);
  });
});
