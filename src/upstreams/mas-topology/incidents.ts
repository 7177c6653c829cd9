import type { IncidentRecord } from '../../contract/upstream/mas-topology.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { idOf, isFields, textOf, textsOf, wordOf } from '../mas/fields.ts';
import { happened } from '../mas/sourced.ts';
import { anyMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
const STATUSES: ReadonlyMap<unknown, IncidentRecord['status']> = new Map<unknown, IncidentRecord['status']>([
  ['open', 'active'],
  ['active', 'active'],
  ['investigating', 'investigating'],
  ['resolved', 'resolved'],
  ['closed', 'resolved'],
  ['ignored', 'ignored'],
]);
const MAX_INCIDENTS = 500;

/** `GET /api/incidents`. Addresses in it stay in MAS; it knows no agents, so none is affected. False: not a list. */
export function readIncidents(value: unknown, out: Out, context: ReadContext): boolean {
  if (!isFields(value) || !Array.isArray(value.incidents)) return false;
  const entries: [string, IncidentRecord][] = [];
  for (const item of value.incidents.slice(0, MAX_INCIDENTS)) {
    const id = isFields(item) ? idOf(item.id, 128) : undefined;
    if (!isFields(item) || id === undefined) {
      out.count('dropped', 'incident-item');
      continue;
    }
    if (textOf(item.source_ip) !== undefined || textOf(item.host) !== undefined)
      out.count('withheld', 'incident-address');
    const since = anyMs(item.created_at) ?? anyMs(item.detected_at) ?? anyMs(item.updated_at);
    entries.push([
      id,
      {
        ...happened(context, since, textOf(item.source, 60) ?? 'incidents'),
        t: 'incident',
        id,
        title: withoutAddresses(textOf(item.title, 200) ?? id),
        description: withoutAddresses(textOf(item.description, 600) ?? ''),
        severity: wordOf(item.severity, SEVERITIES),
        status: STATUSES.get(item.status) ?? 'unknown',
        kind: textOf(item.kind, 60),
        tags: textsOf(item.tags, 16, 40),
      },
    ]);
  }
  if (value.incidents.length > MAX_INCIDENTS) out.count('dropped', 'too-many-incidents');
  out.replace('incidents', entries);
  return true;
}
