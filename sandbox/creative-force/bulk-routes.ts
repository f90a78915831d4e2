import type { FastifyReply } from 'fastify';
import { motionPresets } from '../day/add-motion';
import { z } from 'zod';
import type { Studio } from '../day/model';
import { findStudioAsset, findStudioFile } from '../object-store/studio-files';
import type { World } from '../world';
import { refuseParse, refuseShape } from './error-responses';
import { returnedAsset } from './asset-json';
import type { GatewayEndpoint } from './endpoints';
import { contentTypePath } from './content-type';
import type { Gateway } from './gateway';
import { studioAssetJson, studioFileJson } from './input-json';
import { specJson } from './spec-json';

/**
 * Assets, files and specs by their ids (docs/reference/assumptions.md#bulk-reads;
 * docs/reference/creative-force.md#bulk-reads). Unknown and foreign ids are not in the answer.
 */
export function registerBulkRoutes(gateway: Gateway, world: World): void {
  registerBulk(gateway, world, '/assets/bulk-get-assets', 'bulkGetAssets', 'assetIds', (studio, assetId) => {
    const upload = world.uploads.get(assetId);
    if (upload?.stored !== undefined && upload.studio === studio) return returnedAsset(world, upload);
    const asset = findStudioAsset(world, studio, assetId);
    return asset && studioAssetJson(world, asset);
  });
  registerBulk(gateway, world, '/files/bulk-get-files', 'bulkGetFiles', 'fileIds', (studio, fileId) => {
    const file = findStudioFile(world, fileId, studio);
    return file && studioFileJson(world, file);
  });
  for (const type of ['ecom', 'editorial'] as const) {
    const path = `${contentTypePath(type)}/specs/bulk-get-specs`;
    registerBulk(
      gateway,
      world,
      path,
      'bulkGetSpecs',
      'specIds',
      (studio, specId) => {
        const preset = [...studio.presets[type], ...motionPresets(studio)].find(
          (candidate) => candidate.specId === specId,
        );
        return preset && specJson(preset);
      },
      type,
    );
  }
}

type Found = Record<string, unknown> | undefined;

function registerBulk(
  gateway: Gateway,
  world: World,
  path: string,
  endpoint: GatewayEndpoint,
  key: string,
  find: (studio: Studio, id: string) => Found | Promise<Found>,
  flavour?: 'ecom' | 'editorial',
): void {
  const { creativeForce } = world.settings;
  const ids = z.array(z.guid()).min(1);
  const wrapped = z.object({ [key]: ids }).transform((body) => body[key] ?? []);
  const handle = async (studio: Studio, body: unknown, reply: FastifyReply): Promise<FastifyReply> => {
    const { bulkRequest } = creativeForce;
    const isBare = bulkRequest === 'bare' || (bulkRequest === 'both' && Array.isArray(body));
    const parsed = isBare ? ids.safeParse(body) : wrapped.safeParse(body);
    if (!parsed.success) return refuseParse(reply, parsed.error);
    if (parsed.data.length > creativeForce.bulkMaximum)
      return refuseShape(reply, { [key]: [`At most ${creativeForce.bulkMaximum} ids are taken at once.`] });
    const wanted = [...new Set(parsed.data.map((id) => id.toLowerCase()))];
    const found = (await Promise.all(wanted.map(async (id) => find(studio, id)))).filter((one) => one !== undefined);
    return reply.send(creativeForce.bulkAnswer === 'bare' ? found : { pageData: found });
  };
  gateway.route(
    'POST',
    path,
    endpoint,
    ({ request, reply, studio }) => handle(studio, request.body, reply),
    flavour === undefined ? {} : { flavour },
  );
}
