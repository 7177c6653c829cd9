import { isObject, type Json, numberOf, stringOf } from './json.ts';
import type { Report } from './report.ts';

const MILITARY = [
  'RCH',
  'REACH',
  'DUKE',
  'EVAC',
  'SPAR',
  'NAVY',
  'GAF',
  'IAM',
  'NAF',
  'HAF',
  'BAF',
  'RAAF',
  'RRR',
  'CNV',
];
const CARGO = new Set(['FDX', 'UPS', 'GTI', 'ABX', 'CGN', 'CLX', 'GEC', 'BOX', 'CKS', 'PAC', 'BCS', 'ICL', 'MPH']);

const MOST_KNOWN = 50_000;
const byCallsign = new Map<string, 'military' | 'cargo' | 'commercial' | 'private'>();

/** For filters (crep §3.2): who flies it, by its call sign and its own words. */
export function aircraftCategory(report: Report, item: Json, properties: Json | undefined): string {
  const own = item.category ?? properties?.category;
  const dbFlags = numberOf(item.dbFlags);
  if (dbFlags !== undefined && (dbFlags & 1) === 1) return 'military';
  const called = report.label === undefined ? 'private' : ofCallsign(report.label);
  if (called === 'military' || called === 'cargo') return called;
  if (isRotorcraft(own, item)) return 'rotorcraft';
  if (called === 'commercial' || (report.x?.origin !== undefined && report.x.destination !== undefined))
    return 'commercial';
  return report.onGround === true ? 'ground' : 'private';
}

function isRotorcraft(own: unknown, item: Json): boolean {
  if (own === undefined) return false;
  if (own === 8 || own === 'A7') return true;
  const word = stringOf(own) ?? (isObject(own) ? undefined : stringOf(item.aircraftType));
  return word !== undefined && /rotorcraft|helicopter/i.test(word);
}

function ofCallsign(callsign: string): 'military' | 'cargo' | 'commercial' | 'private' {
  const known = byCallsign.get(callsign);
  if (known !== undefined) return known;
  const category = read(callsign.toUpperCase());
  if (byCallsign.size >= MOST_KNOWN) byCallsign.clear();
  byCallsign.set(callsign, category);
  return category;
}

function read(callsign: string): 'military' | 'cargo' | 'commercial' | 'private' {
  if (MILITARY.some((prefix) => callsign.startsWith(prefix) && !/[A-Z]/.test(callsign[prefix.length] ?? '')))
    return 'military';
  // Airlines put a letter or two behind the number: `BAW12K`.
  if (!/^[A-Z]{2,3}\d{1,4}[A-Z]{0,2}$/.test(callsign)) return 'private';
  return CARGO.has(callsign.slice(0, 3)) ? 'cargo' : 'commercial';
}
