import { z } from 'zod';

/** The gateway's endpoints by name, as a studio ticks them in a role (docs/reference/creative-force.md#permissions). */
export const gatewayEndpoints = [
  'listTasks',
  'getTask',
  'getAnnotations',
  'startTask',
  'submitAssets',
  'bulkGetAssets',
  'bulkGetFiles',
  'bulkGetSpecs',
  'getPresignedUrl',
  'getJob',
  'getProduct',
  'getProject',
  'getDeliverable',
] as const;

export type GatewayEndpoint = (typeof gatewayEndpoints)[number];

/** A tick of a role: an endpoint in both flavours, or in one of them. */
export const rolePermission = z.templateLiteral([z.enum(['', 'ecom:', 'editorial:']), z.enum(gatewayEndpoints)]);
