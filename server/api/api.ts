import type { FastifyInstance } from 'fastify';
import type { SharedRates } from '../live/client-rates.ts';
import type { SharedPresence } from '../live/shared-presence.ts';
import { type ConnectionSources, connectionsRoute } from './connections.ts';
import { historyRoute } from './history.ts';
import { openApi } from './openapi.ts';
import { presenceRoute } from './presence.ts';
import { publishRoutes } from './publish.ts';
import { addRoutes, type Route, type RoutesOptions } from './route.ts';

export interface ApiOptions extends RoutesOptions, ConnectionSources {
  readonly presence: SharedPresence;
  readonly rates: Pick<SharedRates, 'publish'>;
  readonly more: readonly Route[];
}

/** Every route of `/api` that has to do with channels, and the document that describes them. */
export const apiRoutes = (options: ApiOptions): readonly Route[] => [
  historyRoute(options.context),
  ...publishRoutes({ delivery: options.context, rates: options.rates }),
  presenceRoute(options.presence),
  connectionsRoute(options),
  ...options.more,
];

export function addApi(app: FastifyInstance, options: ApiOptions): void {
  const routes = apiRoutes(options);
  addRoutes(app, routes, options);
  const document = openApi(routes, '1');
  app.get('/api/openapi.json', () => document);
}
