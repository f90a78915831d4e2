import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';

import type { BoardOptions } from '../../../board/board-options';
import { type Board, startBoard } from '../../../board/server';
import { fullAccess } from '../../../board/login/access';
import type { ExtpostConfig } from '../../../config';
import {
  type KeptPicture,
  keptPictureKey,
  parseKeptPictureKey,
  type PictureSubject,
} from '../../../domain/delivery/kept-picture';
import { aRecipe } from '../../support/facts';
import type { TestTemporal } from '../../support/temporal';
import { boardOptions } from '../board-harness';

export const PASSWORD = 'a password for a trial';
const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } } as const;

/** The folder for screenshots, when they are wanted. */
export const screenshots = process.env['EXTPOST_SCREENSHOTS'];
const MOST_BYTES = 150_000;

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A board with a fake world behind it, in a browser; its pictures are those that a test gives. */
export class BoardInBrowser {
  private session: StorageState | undefined;

  private constructor(
    readonly board: Board,
    private readonly browser: Browser,
    private readonly kept: Map<string, { readonly picture: KeptPicture; readonly bytes: Buffer }>,
  ) {}

  /** `more`: what the board has of a real world instead. */
  static async start(
    { client, namespace }: TestTemporal,
    executablePath: string,
    { config, ...more }: Partial<Omit<BoardOptions, 'config'>> & { readonly config?: ExtpostConfig } = {},
  ): Promise<BoardInBrowser> {
    const kept: BoardInBrowser['kept'] = new Map();
    const options = boardOptions({}, { client, namespace, isReachable: () => Promise.resolve(true) });
    const studios = { acme: { recipes: [aRecipe] } } as unknown as BoardOptions['config']['studios'];
    const board = await startBoard({
      ...options,
      config: config === undefined ? { ...options.config, studios } : { ...config, board: options.config.board },
      login: { method: { kind: 'password', password: PASSWORD, isInLink: true }, rules: fullAccess },
      pictures: {
        list: () => Promise.resolve([...kept.values()].map(({ picture }) => picture)),
        read: (key) => Promise.resolve(kept.get(key)?.bytes),
      },
      ...more,
    });
    // Chromium's own sandbox needs rights that a container does not have; it only opens pages of this test.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new BoardInBrowser(board, browser, kept);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.board.stop();
  }

  /** A page in a browser of its own; unless told otherwise, somebody has logged in by the link that the board prints. */
  async open({
    isLoggedIn = true,
    javaScriptEnabled = true,
  }: { isLoggedIn?: boolean; javaScriptEnabled?: boolean } = {}): Promise<Page> {
    const storageState = isLoggedIn ? await this.loggedIn() : undefined;
    const context = await this.browser.newContext({
      viewport: sizes.desk,
      javaScriptEnabled,
      ...(storageState && { storageState }),
    });
    return context.newPage();
  }

  /** The cookies of somebody who has logged in: once, because attempts are limited. */
  private async loggedIn(): Promise<StorageState> {
    if (this.session === undefined) {
      const context = await this.browser.newContext();
      const page = await context.newPage();
      await page.goto(this.board.firstUrl);
      this.session = await context.storageState();
    }
    return this.session;
  }

  address(at: string): string {
    return `${this.board.url}${at}`;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context: BrowserContext) => context.close()));
    this.kept.clear();
  }

  /** Keeps a picture of a task, as a worker does: a coat on a coloured ground, with a headline. */
  async keep(
    task: { studio: string; taskId: string },
    subject: PictureSubject,
    colour: string,
    words: string,
  ): Promise<void> {
    const [width, height] = [512, 640];
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${colour}"/>
      <path d="M176 230 L256 190 L336 230 L372 480 L316 480 L300 340 L300 560 L212 560 L212 340 L196 480 L140 480 Z" fill="#3b4252"/>
      <text x="50%" y="90" font-size="44" text-anchor="middle" font-family="sans-serif" fill="#111">${words}</text></svg>`;
    const bytes = await sharp(Buffer.from(svg)).webp().toBuffer();
    const key = keptPictureKey(task, subject, { width, height });
    const picture = parseKeptPictureKey(key);
    if (picture === undefined) throw new Error(`${key} is not the key of a kept picture.`);
    this.kept.set(key, { picture, bytes });
  }
}

/** What is wrong with a page in a window of each size. `name`: what `show` is in is saved under this name for the documents. */
export async function faultsInEachSize(
  page: Page,
  { name, show }: { readonly name?: string; readonly show?: Locator } = {},
): Promise<string[]> {
  // Evaluated by the debugger, so that the page's own policy can stay as strict as it is.
  await page.evaluate(axe.source);
  const faults: string[] = [];
  for (const [size, window] of Object.entries(sizes)) {
    await page.setViewportSize(window);
    const found = [...(await seriousFindings(page)), ...(await overflow(page))];
    faults.push(...found.map((fault) => `${size}: ${fault}`));
    await show?.scrollIntoViewIfNeeded();
    if (name !== undefined) await screenshot(page, `${name}-${size}`);
  }
  return faults;
}

/** What axe-core finds that keeps people from using the page: rule and elements. */
async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`);
}

/** Whether the page is wider than the window, so that it would have to be scrolled sideways. */
async function overflow(page: Page): Promise<string[]> {
  const pixels = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return pixels === 0 ? [] : [`${pixels} pixels wider than the window`];
}

/** Saves what the window shows for the documents, when that was asked for. */
async function screenshot(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return;
  await mkdir(screenshots, { recursive: true });
  const picture = sharp(await page.screenshot());
  const file = path.join(screenshots, `board-${name}.webp`);
  for (const quality of [80, 60, 40, 20]) {
    if ((await picture.clone().webp({ quality }).toFile(file)).size <= MOST_BYTES) return;
  }
  throw new Error(`${file} is larger than ${MOST_BYTES} bytes at every quality.`);
}

const NAME_OF_FOCUSED = '`${document.activeElement.textContent} ${document.activeElement.labels?.[0]?.textContent}`';

/** Presses Tab until the element with this name has the focus. */
export async function tabTo(page: Page, name: RegExp, most = 80): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate<string>(NAME_OF_FOCUSED);
    if (name.test(text)) return;
  }
  throw new Error(`After ${most} presses of Tab nothing with the name ${name.source} has the focus.`);
}
