import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { World } from '../world';
import { fileFormatOf } from './media';
import type { RenderedOutput } from './output-json';
import type { Renders } from './renders';

/** A file that an archive contains beside the assets. */
export interface ExtraFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * The path of a finished asset in an archive; the folder names are invented
 * (docs/reference/celtra.md#archives).
 */
export function pathInArchive(output: RenderedOutput, key: string, extension: string): string {
  const id = String(output.json['id']);
  const name = typeof output.json['name'] === 'string' ? `${output.json['name']} ` : '';
  return `${safe(`${name}${id.slice(0, 8)}`)}/${safe(key)}.${extension}`;
}

/** Streams a ZIP of every finished asset, and of every text as a file; only one asset is in memory at a time. */
export function archiveOf(
  world: World,
  renders: Renders,
  outputs: readonly RenderedOutput[],
  extra: readonly ExtraFile[] = [],
): Readable {
  const archive = new ZipFile();
  // Pictures are compressed already.
  const options = { compress: false, mtime: new Date('2026-01-01T00:00:00Z') };
  for (const { name, bytes } of extra) archive.addBuffer(bytes, name, options);
  for (const output of outputs) {
    for (const { render, state, extension } of output.assets) {
      if (state.kind !== 'finished') continue;
      const path = pathInArchive(output, render.asset.key, state.overrides?.extension ?? extension);
      archive.addReadStreamLazy(path, options, (give) => {
        Promise.all([renders.file(render), renders.sha256(render)]).then(
          ([file, sha256]) => {
            world.eventLog.record({
              at: world.now(),
              kind: 'file',
              status: 200,
              outputId: render.creative.outputId,
              asset: render.asset.key,
              format: fileFormatOf(render),
              sha256,
              bytes: file.length,
            });
            give(null, Readable.from(file.read()));
          },
          (error: unknown) => {
            give(error, Readable.from([]));
          },
        );
      });
    }
    for (const [key, text] of Object.entries(output.texts)) {
      archive.addBuffer(Buffer.from(text), pathInArchive(output, key, 'txt'), options);
    }
  }
  archive.end();
  return Readable.from(archive.outputStream);
}

function safe(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '-');
}
