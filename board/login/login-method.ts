import type { FastifyRequest } from 'fastify';

import type { OpenIdConnect } from './openid-connect';
import type { ProxyAnswer } from './proxy-headers';

/** How people log in. */
export type LoginMethod =
  | { readonly kind: 'openid connect'; readonly client: OpenIdConnect }
  | { readonly kind: 'proxy headers'; readonly read: (request: FastifyRequest['raw']) => ProxyAnswer }
  /** `isInLink`: it was made for this start of the board, and a link with it may be opened. */
  | { readonly kind: 'password'; readonly password: string; readonly isInLink: boolean };
