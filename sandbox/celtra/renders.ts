import { createHash, randomBytes } from 'node:crypto';
import { ByteRun } from '../pictures/byte-run';
import { drawDuration } from '../latency';
import { createFlatPictures } from '../pictures/flat';
import { padded } from '../pictures/padding';
import { createRandom } from '../random';
import type { World } from '../world';
import { fileFormatOf, makeFile, renderKey, type Render } from './media';
import { createRenderQueue } from './render-queue';

interface IssuedFile {
  readonly render: Render;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** Counts polls of each render, and renders files on demand. */
export interface Renders {
  /** Counts one response in which the asset appears; true while it is still pending. */
  isPending(render: Render): boolean;
  /** In how many more responses it will be pending if there is one every so many milliseconds. */
  looksLeft(render: Render, everyMs: number): number;
  /** Opaque, and different whenever the pixels are (docs/reference/celtra.md#asset-kinds). */
  blobHash(render: Render): string;
  /** An address, valid from now. */
  issueAddress(render: Render): string;
  find(token: string): IssuedFile | undefined;
  file(render: Render): Promise<ByteRun>;
  /** Lower-case hex; computed once for each file. */
  sha256(render: Render): Promise<string>;
}

/** Of all sandboxes of the process, because the first picture of a size takes fifty milliseconds. */
const flatPictures = createFlatPictures();

/** After this many polls a download is likely, so the file is rendered in advance. */
const RENDER_AFTER_POLLS = 2;

export function createRenders(world: World): Renders {
  const answers = new Map<string, number>();
  const renderedAt = new Map<string, number>();
  const files = new Map<string, Promise<ByteRun>>();
  const digests = new Map<string, Promise<string>>();
  const issued = new Map<string, IssuedFile>();
  const stableTokens = new Map<string, string>();
  const queue = createRenderQueue();

  const pollsOf = ({ asset }: Render): number => {
    const { rendersTakePolls, rendersTakePollsByType } = world.settings.celtra;
    return rendersTakePollsByType[asset.type] ?? rendersTakePolls;
  };
  /** Milliseconds; rendering begins with the first answer that names the asset. */
  const timeLeft = (key: string): number => {
    const { celtra, seed } = world.settings;
    const now = world.now();
    const end = renderedAt.get(key) ?? now + drawDuration(celtra.rendersTakeMs, createRandom(`${seed}/${key}`));
    renderedAt.set(key, end);
    return end - now;
  };
  const fileKey = (render: Render): string => {
    const { pictures, fileBytes } = world.settings.celtra;
    return `${pictures} ${String(fileBytes)} ${renderKey(render)}`;
  };

  const begin = (render: Render): Promise<ByteRun> => {
    const key = fileKey(render);
    const { pictures, fileBytes } = world.settings.celtra;
    const file =
      files.get(key) ??
      queue.add(key, async () => {
        const bytes = await makeFile(render, pictures === 'flat' ? flatPictures : undefined);
        return fileBytes === null ? new ByteRun([bytes]) : padded(bytes, fileFormatOf(render), fileBytes);
      });
    files.set(key, file);
    return file;
  };

  const renders: Renders = {
    isPending(render) {
      const key = renderKey(render);
      const count = (answers.get(key) ?? 0) + 1;
      answers.set(key, count);
      if (count >= RENDER_AFTER_POLLS && render.creative.failsWith === undefined) {
        begin(render).catch(() => undefined);
      }
      return timeLeft(key) > 0 || count <= pollsOf(render);
    },
    looksLeft(render, everyMs) {
      const key = renderKey(render);
      const ofTime = Math.ceil(timeLeft(key) / everyMs);
      return Math.max(0, ofTime, pollsOf(render) - (answers.get(key) ?? 0));
    },
    blobHash: (render) => createHash('sha256').update(renderKey(render)).digest('hex'),
    issueAddress(render) {
      const { addresses, urlLifetimeMs } = world.settings.celtra;
      const key = renderKey(render);
      const fresh = randomBytes(24).toString('base64url');
      const token = addresses === 'stable' ? (stableTokens.get(key) ?? fresh) : fresh;
      stableTokens.set(key, token);
      issued.set(token, { render, expiresAt: world.now() + world.settings.celtra.clockAheadMs + urlLifetimeMs });
      return `${world.addresses.celtraFiles}/assets/${token}`;
    },
    find: (token) => issued.get(token),
    file(render) {
      const file = begin(render);
      queue.prioritise(fileKey(render));
      return file;
    },
    sha256(render) {
      const key = fileKey(render);
      const known = digests.get(key) ?? renders.file(render).then((file) => file.sha256());
      digests.set(key, known);
      return known;
    },
  };
  return renders;
}
