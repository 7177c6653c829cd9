import * as v from 'valibot';
import type { Audit } from '../relay/audit.ts';
import { exportAudit } from '../relay/audit-export.ts';
import { numberInQuery, type Route, refusal, route } from './route.ts';

const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 100_000;

const querySchema = v.object({
  board: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** Public id or name. */
  who: v.optional(v.pipe(v.string(), v.maxLength(128))),
  /** EpochMs. */
  since: numberInQuery,
  until: numberInQuery,
  limit: numberInQuery,
  format: v.optional(v.picklist(['json', 'ndjson', 'csv']), () => 'json' as const),
});
type Query = v.InferOutput<typeof querySchema>;

const TYPES = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;

/** Who did what to which board, as far back as the channel `audit` is kept. */
export function auditRoute(audit: Audit): Route {
  return route<Query, unknown>({
    method: 'GET',
    path: '/api/audit',
    summary: 'Who did what, when, with which result',
    about:
      'For owners. Leases, commands with their last word, bytes written, boards offered and withdrawn, pairing. The newest `limit`, oldest first. Live: subscribe `audit`.',
    query: querySchema,
    answers: { 200: '`records`; or a file with `format=ndjson` or `csv`.', 403: 'For owners only.' },
    handle({ principal, query }) {
      if (!principal.may('admin', '-')) return refusal(403, 'not-allowed', 'only owners read the audit');
      const { board, who, since, until, format } = query;
      const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
      const records = audit.query({ board, who, sinceMs: since, untilMs: until, limit });
      if (format === 'json') return { status: 200, body: { records } };
      const headers = {
        'Content-Type': TYPES[format],
        'Content-Disposition': `attachment; filename="hyphae-audit.${format}"`,
      };
      return { status: 200, body: [...exportAudit(records, format)].join(''), headers };
    },
  });
}
