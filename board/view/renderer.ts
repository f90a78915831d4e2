import path from 'node:path';

import { Liquid } from 'liquidjs';

import { pluralise } from '../../domain/shared/text';
import type { Assets } from './assets';

/** Makes the HTML of a template in `board/templates/`; every value in it is escaped. */
export type Renderer = (template: string, scope: object) => Promise<string>;

export function createRenderer(assets: Assets): Renderer {
  const engine = new Liquid({
    root: path.join(__dirname, '..', 'templates'),
    extname: '.liquid',
    cache: true,
    strictVariables: true,
    lenientIf: true,
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: 'escape',
  });
  engine.registerFilter('asset', (name: string) => {
    const asset = assets.get(name);
    if (asset === undefined) throw new Error(`There is no asset ${name}.`);
    return asset.address;
  });
  engine.registerFilter('counted', (count: number, thing: string) => pluralise(count, thing));
  return async (template, scope) => (await engine.renderFile(template, scope)) as string;
}
