import type { AuditRecord } from '../../src/contract/audit-record.ts';

export type AuditFormat = 'ndjson' | 'csv';

const CSV_HEAD = 'time,node,client,name,role,what,board,result,trace,detail\r\n';

/** Lines of a file, one per record. CSV: RFC 4180 with a head line, times in UTC, `detail` as JSON. */
export function* exportAudit(records: Iterable<AuditRecord>, format: AuditFormat): Generator<string> {
  if (format === 'csv') yield CSV_HEAD;
  for (const record of records) yield format === 'csv' ? csvLine(record) : `${JSON.stringify(record)}\n`;
}

function csvLine({ at, node, who, what, board, result, trace, detail }: AuditRecord): string {
  const time = new Date(at).toISOString();
  const cells = [time, node, who.client, who.name, who.role, what, board, result, trace, JSON.stringify(detail)];
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A name may begin like a formula; a spreadsheet is to show it, not to run it. */
function csvCell(value: string | undefined): string {
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
