import { CREP_AGE, type SatelliteFacts } from '../../contract/upstream/crep.ts';
import { either, facts, firstNumber, internSource, propertiesOf, readPlace, readTime, sourceOf } from './common.ts';
import { linesOf, readElements, tleCatalogue } from './elements.ts';
import { FLAG } from './flags.ts';
import { catalogueOf } from './identity.ts';
import { type Json, objectOf } from './json.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { cleanText } from './text.ts';

const KM = 1_000;

/** One satellite (crep §3.4): its elements, and a position only where somebody really measured one. */
export function readSatellite(item: Json, report: Report, context: ItemContext): Refusal | undefined {
  const properties = propertiesOf(item);
  const catalogue =
    catalogueOf(item.noradId ?? item.norad_id ?? item.NORAD_CAT_ID) ??
    catalogueOf(properties?.noradId ?? properties?.norad_id ?? properties?.NORAD_CAT_ID) ??
    tleCatalogue(linesOf(item) ?? (properties === undefined ? undefined : linesOf(properties))) ??
    (context.carrier === 'slim' ? catalogueOf(item.id) : undefined);
  if (catalogue === undefined) return 'no_identity';
  report.id = String(catalogue);
  report.label = cleanText(item.name ?? item.OBJECT_NAME ?? properties?.name ?? properties?.OBJECT_NAME);
  const source = sourceOf(item, context);
  report.source = internSource(source);

  const read = readElements(item, properties, catalogue);
  if (read !== undefined && 'elements' in read) {
    report.elements = read.elements;
    if (context.now - read.elements.epochMs > CREP_AGE.satellite.ageingMs) report.flags |= FLAG.elementsOld;
  } else report.noElements = read?.refused;

  // Everybody else sends a placeholder or a guess.
  if (source?.toLowerCase() === 'n2yo') {
    readPlace(item, report);
    const km = firstNumber(item.altitude, item.altitude_km);
    if (report.lon !== undefined && km !== undefined) report.altM = km * KM;
  }
  readTime(item, report, context);
  report.orbit = cleanText(either(item, properties, 'orbitType'), 20);
  report.category = (cleanText(either(item, properties, 'objectType') ?? item.OBJECT_TYPE, 40) ?? 'unknown')
    .toLowerCase()
    .replaceAll(' ', '_');
  report.x = facts<SatelliteFacts>({
    country: cleanText(either(item, properties, 'country'), 40),
    designator: cleanText(either(item, properties, 'intlDesignator') ?? either(item, properties, 'OBJECT_ID'), 20),
    status: cleanText(objectOf(item.location) === undefined ? item.status : undefined, 20),
    owner: cleanText(item.owner, 60),
    rcs: cleanText(item.rcs, 10),
  });
  return undefined;
}
