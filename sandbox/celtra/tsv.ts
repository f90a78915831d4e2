import { stringify } from 'csv-stringify/sync';
import { isTree } from './filter-values';
import type { CeltraOptions } from './options';
import type { RenderedOutput } from './output-json';
import { pathInArchive } from './archive';

/**
 * A TSV with a header and a row for each finished asset and each text. Columns and rows are invented
 * (docs/reference/celtra.md#archives).
 */
export function tsvOf(
  outputs: readonly RenderedOutput[],
  links: 'urls' | 'paths',
  columns: CeltraOptions['tsvColumns'],
): Buffer {
  const rows = outputs.flatMap((output) => {
    const assets = isTree(output.json['assets']) ? output.json['assets'] : {};
    const about = { output_id: output.json['id'], output_name: output.json['name'], status: output.status };
    const rendered = output.assets.flatMap(({ render, state, extension }) => {
      const asset = assets[render.asset.key];
      if (state.kind !== 'finished' || !isTree(asset)) return [];
      const path = pathInArchive(output, render.asset.key, state.overrides?.extension ?? extension);
      const { type, width, height } = asset;
      return [
        {
          ...about,
          asset: render.asset.key,
          type,
          width,
          height,
          extension: asset['extension'],
          asset_link: links === 'urls' ? asset['url'] : path,
        },
      ];
    });
    const texts = Object.entries(output.texts).map(([key, text]) => ({
      ...about,
      asset: key,
      type: 'Text',
      text,
      ...(links === 'paths' ? { asset_link: pathInArchive(output, key, 'txt') } : {}),
    }));
    return [...rendered, ...texts];
  });
  return Buffer.from(stringify(rows, { delimiter: '\t', header: true, columns: [...columns] }));
}
