import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from './day/model';
import { escapeMarkup } from './escape-markup';
import type { World } from './world';

interface Picture {
  readonly path: string;
  readonly caption: string;
}

/** Writes the pictures of accepted submissions to a folder: `<studio>/<product code>/<file name>`. */
export interface DeliveredFolder {
  add(task: Task): void;
  /** Resolves when everything is on disk. */
  settled(): Promise<void>;
}

export function createDeliveredFolder(world: World): DeliveredFolder {
  const folder = world.settings.deliveredFolder;
  const groups = new Map<string, Picture[]>();
  let writing = Promise.resolve();

  const write = async (task: Task, root: string): Promise<void> => {
    const place = [safeName(task.studio.name), safeName(task.product.code)];
    await mkdir(join(root, ...place), { recursive: true });
    const heading = `${task.studio.title} · ${task.job.name} · ${task.product.name} (${task.product.code})`;
    const pictures = groups.get(heading) ?? [];
    for (const delivery of task.rounds.at(-1)?.submitted ?? []) {
      const bytes = world.uploads.get(delivery.assetId)?.stored?.bytes;
      if (bytes === undefined) continue;
      const path = [...place, safeName(delivery.fileName)].join('/');
      await writeFile(join(root, path), bytes);
      const { shot, size } = delivery.expected;
      const picture = { path, caption: `${shot.position} · ${size} · ${delivery.fileName}` };
      const index = pictures.findIndex((known) => known.path === path);
      pictures.splice(index === -1 ? pictures.length : index, index === -1 ? 0 : 1, picture);
    }
    groups.set(heading, pictures);
    await writeFile(join(root, 'index.html'), gallery(groups));
  };

  return {
    add(task) {
      if (folder === undefined) return;
      writing = writing
        .then(() => write(task, folder))
        .catch((error: unknown) => {
          const message = `Delivered pictures could not be written to ${folder}: ${error instanceof Error ? error.message : String(error)}`;
          world.eventLog.record({ at: world.now(), kind: 'failure', message });
        });
    },
    settled: () => writing,
  };
}

/** A file name without path separators. */
function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^\.+/, '_');
  return safe === '' ? '_' : safe;
}

function gallery(groups: ReadonlyMap<string, readonly Picture[]>): string {
  const sections = [...groups].map(([heading, pictures]) => {
    const figures = pictures.map(
      ({ path, caption }) =>
        `<figure><a href="${escapeMarkup(encodeURI(path))}">${elementOf(escapeMarkup(encodeURI(path)))}</a><figcaption>${escapeMarkup(caption)}</figcaption></figure>`,
    );
    return `<h2>${escapeMarkup(heading)}</h2><div>${figures.join('')}</div>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Delivered pictures</title>
<style>body{font:15px system-ui,sans-serif;margin:2rem;background:#f4f4f2;color:#22252b}h2{font-size:1rem;margin:2rem 0 .5rem}div{display:flex;flex-wrap:wrap;gap:1rem}
figure{margin:0;background:#fff;padding:.6rem;border-radius:8px}img,video{height:220px;display:block}figcaption{font-size:.75rem;margin-top:.4rem;color:#555}</style>
<h1>Delivered pictures</h1>${sections.join('\n')}</html>\n`;
}

function elementOf(source: string): string {
  if (source.endsWith('.mp4')) return `<video preload="metadata" src="${source}"></video>`;
  return `<img loading="lazy" src="${source}" alt="">`;
}
