import type { AuditRecord } from '../../src/contract/audit-record.ts';
import type { Bus } from '../bus/bus.ts';
import type { Principal } from './principal.ts';

/** Writes down who was let in or sent away, on the channel `audit`. Names and ids only, never a code, cookie or token. */
export function auditAccess(
  bus: Bus,
  now: number,
  who: Pick<Principal, 'id' | 'name' | 'role'>,
  what: string,
  detail: Readonly<Record<string, unknown>>,
  result = 'ok',
): void {
  const record: AuditRecord = {
    at: now,
    node: bus.node,
    who: { client: who.id, name: who.name, role: who.role },
    what,
    board: undefined,
    detail,
    result,
    trace: undefined,
  };
  bus.publish('audit', { t: 'events', records: [record] });
}
