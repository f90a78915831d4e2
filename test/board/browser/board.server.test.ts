import assert from 'node:assert/strict';

import type { Page } from 'playwright-core';

import type { TaskStatus } from '../../../domain/task/task-status';
import { parseTaskWorkflowId } from '../../../domain/task/workflow-id';
import { statusQuery } from '../../../workflows/external-post-task/messages/messages';
import { findChromium } from '../../support/chromium';
import { aCandidate } from '../../support/facts';
import { eventually, type TaskHandle } from '../../support/temporal';
import { reaches, WorkflowStage, withoutRecovery } from '../../workflows/stage';
import { BoardInBrowser, faultsInEachSize, PASSWORD, tabTo } from './board-in-browser';

const chromium = findChromium();
const group = describe;
const test = it;

if (chromium === undefined) {
  group('the board in a browser', () => {
    test('is left out: no chromium, chromium-browser or google-chrome is on the PATH', () => {
      assert.equal(findChromium(), undefined);
    });
  });
} else {
  group('the board in a browser', () => {
    boardTests(chromium);
  });
}

function boardTests(executable: string): void {
  const stage = WorkflowStage.forEach();
  let shown: BoardInBrowser;

  beforeAll(async () => {
    shown = await BoardInBrowser.start(stage.server, executable);
  });
  afterEach(() => shown.closePages());
  afterAll(() => shown.stop());

  const idsOf = ({ workflowId }: TaskHandle) => parseTaskWorkflowId(workflowId) ?? { studio: '', taskId: '' };
  const addressOf = (handle: TaskHandle) => {
    const { studio, taskId } = idsOf(handle);
    return shown.address(`/tasks/${studio}/${taskId}`);
  };
  const statusOf = (handle: TaskHandle): Promise<TaskStatus> => handle.query(statusQuery);

  /** A task that waits because two creatives match Front, Feed. */
  async function ambiguousTask(): Promise<TaskHandle> {
    stage.world.settings = withoutRecovery();
    stage.world.candidates = [
      aCandidate('Front/Feed', { outputId: 'red', name: 'Coat in red' }),
      aCandidate('Front/Feed', { outputId: 'blue', name: 'Coat in blue' }),
      aCandidate('Front/Story'),
    ];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await shown.keep(idsOf(handle), { kind: 'creative', candidateId: 'red' }, '#e9b8b0', 'RED');
    await shown.keep(idsOf(handle), { kind: 'creative', candidateId: 'blue' }, '#b0c8e9', 'BLUE');
    await shown.keep(idsOf(handle), { kind: 'input', assetId: 'input-1' }, '#f4f4f4', '');
    return handle;
  }

  const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();

  describe('on a phone and on a desk', () => {
    test('asks before a task is given up, and is accessible', async () => {
      const page = await shown.open();
      await page.goto(addressOf(await ambiguousTask()));
      await press(page, /^Abandon it/);
      await page.getByRole('heading', { name: /Abandon it/ }).waitFor();
      expect(await faultsInEachSize(page)).toEqual([]);
    });

    test('shows its log-in, and is accessible', async () => {
      const page = await shown.open({ isLoggedIn: false });
      await page.goto(shown.address('/'));
      await page.getByLabel('Password').waitFor();
      expect(await faultsInEachSize(page)).toEqual([]);
    });
  });

  describe('lets somebody', () => {
    test('go on', async () => {
      const handle = await ambiguousTask();
      stage.world.candidates = [aCandidate('Front/Feed'), aCandidate('Front/Story')];
      const page = await shown.open();
      await page.goto(addressOf(handle));
      await press(page, /^Try again now/);
      expect(await handle.result()).toMatchObject({ outcome: 'done' });
    });

    test('skip an output, and take that back', async () => {
      const handle = await ambiguousTask();
      const page = await shown.open();
      await page.goto(addressOf(handle));
      stage.world.candidates = [];
      await press(page, /^Skip Front, Feed/);
      await page.getByText('can refuse fewer').waitFor();
      await press(page, /^Yes/);
      await press(page, /^Take back/);
      await page.getByRole('status').filter({ hasText: 'Taken back' }).waitFor();
      expect((await statusOf(handle)).actions?.map(({ kind }) => kind)).toEqual(['skip output', 'undo']);
      stage.world.candidates = [aCandidate('Front/Story')];
      await press(page, /^Skip Front, Feed/);
      await press(page, /^Yes/);
      expect(await handle.result()).toMatchObject({
        outcome: 'done',
        rounds: [{ files: [{ label: 'Front, Story' }] }],
      });
    });

    test.each([
      [/^Abandon it/, 'abandoned'],
      [/^Cancel it/, 'cancelled'],
    ])('end a task by %s, and start it again', async (name, how) => {
      const handle = await ambiguousTask();
      const page = await shown.open();
      await page.goto(addressOf(handle));
      await press(page, name);
      await press(page, /^Yes/);
      const result = await handle.result().then(
        ({ outcome }) => outcome,
        () => 'cancelled',
      );
      expect(result).toBe(how);
      await eventually(
        async () => {
          await page.goto(addressOf(handle));
          return page.getByRole('button', { name: /^Start it again/ }).count();
        },
        (count) => count === 1,
        { mostMs: 1_000 },
      );
      await press(page, /^Start it again/);
      await page.getByRole('status').filter({ hasText: 'Started by' }).waitFor();
      expect((await stage.latest(handle.workflowId).describe()).status.name).toBe('RUNNING');
    });

    test('do it all by keyboard', async () => {
      const handle = await ambiguousTask();
      const page = await shown.open({ isLoggedIn: false });
      await page.goto(addressOf(handle));
      await tabTo(page, /Your name/);
      await page.keyboard.type('Ann');
      await tabTo(page, /Password/);
      await page.keyboard.type(PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(addressOf(handle));
      await tabTo(page, /Coat in red/);
      await page.keyboard.press('Enter');
      await page.getByRole('status').filter({ hasText: 'Celtra output red is used for' }).waitFor();
      expect((await statusOf(handle)).actions?.[0]).toMatchObject({ by: 'Ann' });
    });

    test('act without JavaScript', async () => {
      const handle = await ambiguousTask();
      const page = await shown.open({ javaScriptEnabled: false });
      await page.goto(addressOf(handle));
      await press(page, /Coat in red/);
      await page.getByRole('status').filter({ hasText: 'Celtra output red is used for' }).waitFor();
    });
  });

  describe('refuses', () => {
    test('a decision on a page that somebody else has overtaken, with the reason', async () => {
      const handle = await ambiguousTask();
      stage.world.candidates = [];
      // Otherwise the second creative is refused because Celtra has none.
      stage.world.activities.checkChoice = () => Promise.resolve(undefined);
      const [page, other] = [await shown.open(), await shown.open()];
      await page.goto(addressOf(handle));
      await other.goto(addressOf(handle));
      await press(other, /Coat in red/);
      await other.getByRole('status').filter({ hasText: 'Celtra output red is used for' }).waitFor();
      await press(page, /Coat in blue/);
      await page.getByRole('alert').filter({ hasText: 'Meanwhile' }).waitFor();
    });

    test('a wrong password', async () => {
      const page = await shown.open({ isLoggedIn: false });
      await page.goto(shown.address('/'));
      await page.getByLabel('Your name').fill('Ann');
      await page.getByLabel('Password').fill('a guess');
      await press(page, /^Log in/);
      await page.getByRole('alert').filter({ hasText: 'not the password' }).waitFor();
    });

    test('a form without its token', async () => {
      const handle = await ambiguousTask();
      const page = await shown.open();
      await page.goto(addressOf(handle));
      const status = await page.evaluate(async (address) => {
        const body = new URLSearchParams({ action: '{"kind":"abandon"}', confirmed: 'yes' });
        return (await fetch(`${address}/actions`, { method: 'POST', body })).status;
      }, addressOf(handle));
      expect([status, (await statusOf(handle)).stage]).toEqual([403, 'Needs attention']);
    });
  });
}
