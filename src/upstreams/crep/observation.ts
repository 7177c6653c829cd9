import type { ObservationFacts } from '../../contract/upstream/crep.ts';
import {
  either,
  facts,
  internSource,
  linkOf,
  propertiesOf,
  readPlace,
  readTime,
  sourceOf,
  takeTime,
} from './common.ts';
import { plainId } from './identity.ts';
import type { Json } from './json.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { cleanText } from './text.ts';

/** Something that somebody saw growing or moving (crep §3.6). */
export function readObservation(item: Json, report: Report, context: ItemContext): Refusal | undefined {
  const properties = propertiesOf(item);
  const species = cleanText(
    either(item, properties, 'species') ?? either(item, properties, 'scientificName') ?? properties?.scientific_name,
  );
  const commonName = cleanText(either(item, properties, 'commonName') ?? properties?.common_name);
  const seen = either(item, properties, 'observedOn') ?? either(item, properties, 'observed_on');
  if (seen === undefined || seen === null) readTime(item, report, context);
  else takeTime(seen, report, context);
  const id =
    plainId(item.id) ??
    (context.feed !== undefined && species !== undefined ? `${context.feed}|${species}|${report.at}` : undefined);
  if (id === undefined) return 'no_identity';
  report.id = id;
  report.label =
    commonName ?? species ?? cleanText(either(item, properties, 'name') ?? either(item, properties, 'title'));
  report.category = cleanText(either(item, properties, 'kingdom') ?? item.iconicTaxon ?? undefined, 40) ?? 'species';
  report.source = internSource(sourceOf(item, context));
  readPlace(item, report);
  report.x = facts<ObservationFacts>({
    species,
    commonName,
    image: linkOf(either(item, properties, 'imageUrl')),
  });
  return undefined;
}
