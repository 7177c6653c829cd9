import type { CrepSeverity, EventFacts } from '../../contract/upstream/crep.ts';
import {
  either,
  facts,
  firstNumber,
  internSource,
  linkOf,
  propertiesOf,
  readPlace,
  readTime,
  sourceOf,
} from './common.ts';
import { plainId } from './identity.ts';
import { type Json, numberOf, objectOf, stringOf } from './json.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { readShape } from './shape.ts';
import { cleanText } from './text.ts';
import { parseTime } from './time.ts';

/** They happen on the Sun or around the poles: a place on a map would be a lie (crep §3.5). */
const WITHOUT_PLACE = new Set(['solar_flare', 'geomagnetic_storm']);
/** Their ids hold the time of the fetch: the same flare has a new one at each poll. */
const FETCH_TIME_IDS = /^noaa-(?:flare|kp)-/;

/** One environmental event of any carrier (crep §3.5). */
export function readEvent(item: Json, report: Report, context: ItemContext): Refusal | undefined {
  const properties = propertiesOf(item);
  const title = cleanText(
    either(item, properties, 'title') ?? item.name ?? properties?.headline ?? properties?.event ?? properties?.name,
  );
  const category = categoryOf(item, properties, context);
  readTime(item, report, context);
  const id = identityOf(item, title, category, report, context);
  if (id === undefined) return 'no_identity';
  report.id = id;
  report.label = title;
  report.category = category;
  report.source = internSource(sourceOf(item, context));
  if (!WITHOUT_PLACE.has(category)) {
    readPlace(item, report);
    report.shape = readShape(item);
  }
  report.magnitude = firstNumber(item.magnitude, properties?.magnitude, properties?.mag);
  report.depthKm = depthOf(item, properties, context);
  report.severity = severityOf(either(item, properties, 'severity'), category, report.magnitude);
  report.status = cleanText(either(item, properties, 'status'), 20)?.toLowerCase();
  report.expiresAt = parseTime(
    item.expiresAt ??
      objectOf(item.time)?.valid_to ??
      item.valid_to ??
      item.expires_at ??
      properties?.expiresAt ??
      properties?.expires,
  );
  report.x = facts<EventFacts>({
    description: cleanText(either(item, properties, 'description'), 600),
    place: cleanText(objectOf(item.location)?.name ?? properties?.place ?? properties?.areaDesc),
    link: linkOf(item.link ?? item.sourceUrl ?? properties?.url),
    confidence: numberOf(item.confidence),
  });
  return undefined;
}

/** Of feeds whose features do not say what they are. */
const FEED_CATEGORIES: Readonly<Record<string, string>> = {
  'nws-alerts': 'weather',
  'usgs-quakes': 'earthquake',
  'usgs-shakemap-events': 'earthquake',
  'wfigs-fire-incidents': 'wildfire',
  'wfigs-fire-perimeters': 'wildfire',
  'calfire-incidents': 'wildfire',
  'swpc-aurora': 'aurora',
};

/** The more precise of its words. */
function categoryOf(item: Json, properties: Json | undefined, context: ItemContext): string {
  const word =
    item.eventType ??
    properties?.eventType ??
    item.category ??
    properties?.category ??
    (item.type === 'Feature' ? properties?.type : (item.type ?? item.entity_type)) ??
    (context.feed === undefined ? undefined : (FEED_CATEGORIES[context.feed] ?? context.feed));
  return cleanText(word, 60) ?? 'other';
}

function identityOf(
  item: Json,
  title: string | undefined,
  category: string,
  report: Report,
  context: ItemContext,
): string | undefined {
  const id = plainId(item.id);
  if (id !== undefined && !FETCH_TIME_IDS.test(id)) return id;
  if (title === undefined) return id;
  const when = report.atFrom === 'source' ? report.at : '';
  return `${id === undefined ? (context.feed ?? category) : category}|${title}|${when}`;
}

function depthOf(item: Json, properties: Json | undefined, context: ItemContext): number | undefined {
  const depth = firstNumber(objectOf(item.location)?.depth, item.depth, properties?.depth);
  if (depth !== undefined || context.feed !== 'usgs-quakes') return depth;
  // The third coordinate of this feed is no height.
  const coordinates = objectOf(item.geometry)?.coordinates;
  return Array.isArray(coordinates) ? numberOf(coordinates[2]) : undefined;
}

const SEVERITIES: Readonly<Record<string, CrepSeverity>> = {
  info: 'info',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
  extreme: 'extreme',
  severe: 'high',
  moderate: 'medium',
  minor: 'low',
};

function severityOf(raw: unknown, category: string, magnitude: number | undefined): CrepSeverity | undefined {
  const word = stringOf(raw)?.trim().toLowerCase();
  if (word !== undefined && Object.hasOwn(SEVERITIES, word)) return SEVERITIES[word];
  if (category !== 'earthquake' || magnitude === undefined) return undefined;
  if (magnitude >= 7) return 'extreme';
  if (magnitude >= 6) return 'critical';
  if (magnitude >= 5) return 'high';
  if (magnitude >= 4) return 'medium';
  return magnitude >= 3 ? 'low' : 'info';
}
