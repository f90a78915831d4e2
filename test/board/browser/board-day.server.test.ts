import assert from 'node:assert/strict';

import type { Page } from 'playwright-core';
import sharp from 'sharp';

import type { DayTask } from '../../end-to-end/delivery-stage';
import { findChromium } from '../../support/chromium';
import { eventually } from '../../support/temporal';
import { faultsInEachSize } from './board-in-browser';
import { DayInBrowser } from './day-in-browser';

const chromium = findChromium();
const group = describe;
const test = it;

if (chromium === undefined) {
  group('a day on the board in a browser', () => {
    test('is left out: no chromium, chromium-browser or google-chrome is on the PATH', () => {
      assert.equal(findChromium(), undefined);
    });
  });
} else {
  group('a day on the board in a browser', () => {
    dayTests(chromium);
  });
}

function dayTests(executable: string): void {
  let day: DayInBrowser;

  beforeAll(async () => {
    day = await DayInBrowser.open(executable);
  });
  afterEach(() => day.shown.closePages());
  afterAll(() => day.close());

  const openTask = async (task: DayTask): Promise<Page> => {
    const page = await day.shown.open();
    await page.goto(day.addressOf(task));
    return page;
  };
  const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();
  /** Pictures are kept a moment after the task has asked. */
  const shows = (page: Page, selector: string, least: number) =>
    eventually(
      async () => {
        await page.reload();
        return page.locator(selector).count();
      },
      (count) => count >= least,
      { mostMs: 1_000 },
    );

  describe('on a phone and on a desk', () => {
    test('the home shows what waits, and is accessible', async () => {
      const task = await day.waiting('ambiguous', { isKept: true });
      const page = await day.shown.open();
      await eventually(
        async () => {
          await page.goto(day.shown.address('/'));
          return page.locator(`a[href$="${task.taskId}"]`).count();
        },
        (count) => count > 0,
        { mostMs: 1_000 },
      );
      expect(await faultsInEachSize(page, { name: 'home' })).toEqual([]);
    });

    test('a choice shows both creatives, and is accessible', async () => {
      const page = await openTask(await day.waiting('ambiguous', { isKept: true }));
      await shows(page, '.candidate img', 2);
      expect(await faultsInEachSize(page, { name: 'choice' })).toEqual([]);
    });

    test('a rejected picture has every kind of marking drawn over it, and is accessible', async () => {
      const page = await openTask(await day.waiting('rejected', { isKept: true }));
      await shows(page, '.framed img', 1);
      const kinds = ['rectangle', 'ellipse', 'arrow', 'freehand', 'point', 'other'];
      for (const kind of kinds) expect(await page.locator(`.framed svg .marking.${kind}`).count()).toBeGreaterThan(0);
      await page.getByText('The logo is too close to the edge').first().waitFor();
      const show = page.locator('.framed').first();
      expect(await faultsInEachSize(page, { name: 'markings', show })).toEqual([]);
    });

    test.each(['/compare', '/plan', '/story'])('its page %s is accessible', async (more) => {
      const page = await day.shown.open();
      await page.goto(`${day.addressOf(await day.waiting('rejected', { isKept: true }))}${more}`);
      await page.getByRole('heading').first().waitFor();
      expect(await faultsInEachSize(page)).toEqual([]);
    });

    test('drafts of recipes are accessible', async () => {
      const page = await day.shown.open();
      await page.goto(day.shown.address('/recipes'));
      await press(page, /^Try on open tasks/);
      await page.getByRole('heading', { name: 'What would change' }).waitFor();
      expect(await faultsInEachSize(page)).toEqual([]);
    });
  });

  describe('somebody brings a task to its end', () => {
    test('by choosing a creative by its picture', async () => {
      const task = await day.waiting('ambiguous');
      const page = await openTask(task);
      await shows(page, '.candidate img', 2);
      await page.getByLabel('Reason').fill('asked the studio');
      await page.locator('button.candidate').last().click();
      await page.getByRole('status').filter({ hasText: 'is used for' }).waitFor();
      expect(await day.verdictOf(task, 'done')).toMatchObject({
        reason: expect.stringMatching(/^By choice/) as unknown,
      });
      expect((await day.statusOf(task)).actions?.[0]).toMatchObject({
        reason: 'asked the studio',
        identity: { name: 'password of the board', from: 'log-in' },
      });
    });

    test('by typing the id of a Celtra output, which must exist', async () => {
      const task = await day.waiting('ambiguous');
      const [candidate] = (await day.statusOf(task)).attention?.outputs?.[0]?.candidates ?? [];
      const page = await openTask(task);
      await page.getByText('Use another Celtra output').click();
      await page.getByLabel('Id of the output in Celtra').fill('nonsense');
      await press(page, /^Use this output/);
      await page.getByRole('alert').filter({ hasText: 'nonsense' }).waitFor();
      expect(await page.getByLabel('Id of the output in Celtra').inputValue()).toBe('nonsense');
      await page.getByLabel('Id of the output in Celtra').fill(candidate?.id ?? '');
      await press(page, /^Use this output/);
      expect(await day.verdictOf(task, 'done')).toBeDefined();
    });

    test('by uploading a file, which must be a picture', async () => {
      const task = await day.waiting('no creative');
      const [output] = (await day.statusOf(task)).attention?.outputs ?? [];
      const { spec } = (await day.statusOf(task)).outputs?.find((one) => one.expectedKey === output?.expectedKey) ?? {};
      const page = await openTask(task);
      await page
        .getByRole('link', { name: /^Upload a file/ })
        .first()
        .click();
      await page.getByLabel('Reason').fill('retouched by hand');
      await page.getByLabel(/^Picture or film/).setInputFiles(notAPicture);
      await press(page, /^Upload and deliver/);
      await page.getByRole('alert').filter({ hasText: 'neither a picture nor a film' }).waitFor();
      expect(await page.getByLabel('Reason').inputValue()).toBe('retouched by hand');
      await page.getByLabel(/^Picture or film/).setInputFiles(await aPicture(spec));
      await press(page, /^Upload and deliver/);
      await page.getByRole('status').filter({ hasText: 'uploaded file' }).waitFor();
      expect(await day.verdictOf(task, 'done')).toBeDefined();
    });

    test('by another recipe, whose plan is shown first', async () => {
      const task = await day.waiting('no recipe');
      const page = await openTask(task);
      await press(page, new RegExp(`^Use recipe ${task.contentCreationType}`));
      await page.getByRole('heading', { name: 'The plan that would follow' }).waitFor();
      await page.getByText(/\d+ of \d+ expected outputs? would be delivered/).waitFor();
      await press(page, /^Yes/);
      expect(await day.verdictOf(task, 'done')).toMatchObject({
        reason: expect.stringMatching(/^By choice/) as unknown,
      });
    });

    test('by letting a corrected one go on', async () => {
      const task = await day.waiting('rejected');
      const page = await openTask(task);
      await day.control(`/designs/${task.taskId}/edit`);
      await press(page, /^Deliver now what has changed/);
      expect(await day.verdictOf(task, 'done')).toMatchObject({ round: 1 });
    });
  });
}

const notAPicture = { name: 'front.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };

async function aPicture({
  width = 1_000,
  height = 1_000,
  extension = 'jpg',
}: { width?: number | undefined; height?: number | undefined; extension?: string | undefined } = {}) {
  const picture = sharp({ create: { width, height, channels: 3, background: '#c8d8e8' } });
  const isPng = extension.includes('png');
  const buffer = await (isPng ? picture.png() : picture.jpeg()).toBuffer();
  return { name: `front.${isPng ? 'png' : 'jpg'}`, mimeType: isPng ? 'image/png' : 'image/jpeg', buffer };
}
