import type { VesselFacts } from '../../contract/upstream/crep.ts';
import { facts, internSource, takeTime } from './common.ts';
import { isObject, type Json, numberOf, objectOf } from './json.ts';
import { isPlace } from './place.ts';
import type { ItemContext, Refusal, Report } from './report.ts';
import { cleanAis } from './text.ts';
import { bearing, imoOf, nameOf, readMmsi, setCategory, setSpeed, setStatus, sizes, turnOf } from './vessel.ts';

/** A frame of the AIS upstream, as a relay passes it on (crep §3.3). */
export const isAisFrame = (value: Json): boolean => typeof value.MessageType === 'string' && isObject(value.Message);

/** Of search and rescue aircraft, m. */
const ALTITUDE_UNKNOWN = 4_095;

export function readAisFrame(frame: Json, report: Report, context: ItemContext): Refusal | undefined {
  const meta = objectOf(frame.MetaData) ?? objectOf(frame.Metadata);
  const message = objectOf(objectOf(frame.Message)?.[String(frame.MessageType)]);
  if (message === undefined) return 'junk';
  const refusal = readMmsi(meta?.MMSI ?? message.UserID, report);
  if (refusal !== undefined) return refusal;
  report.source = internSource(context.source ?? 'aisstream');
  takeTime(meta?.time_utc, report, context);

  const partA = objectOf(message.ReportA);
  const partB = objectOf(message.ReportB);
  const type = message.Type ?? partB?.ShipType;
  // A buoy's type counts buoys, not ships.
  setCategory(frame.MessageType === 'AidsToNavigationReport' ? undefined : type, report);
  report.label = nameOf(message.Name ?? partA?.Name ?? meta?.ShipName)?.label;
  report.x = factsOf(frame, message, partB);

  const lon = numberOf(message.Longitude);
  const lat = numberOf(message.Latitude);
  // Name, type and size say nothing of where and when.
  report.staticOnly = lon === undefined || lat === undefined;
  if (lon !== undefined && lat !== undefined && isPlace(lon, lat)) {
    report.lon = lon;
    report.lat = lat;
  }
  setSpeed(numberOf(message.Sog), report);
  report.trackDeg = bearing(numberOf(message.Cog), 360);
  report.headingDeg = bearing(numberOf(message.TrueHeading), 511);
  report.rotDegPerMin = turnOf(message.RateOfTurn);
  setStatus(numberOf(message.NavigationalStatus), report);
  const altitude = numberOf(message.Altitude);
  if (altitude !== undefined && altitude !== ALTITUDE_UNKNOWN) report.altM = altitude;
  return undefined;
}

function factsOf(frame: Json, message: Json, partB: Json | undefined): VesselFacts | undefined {
  const size = objectOf(message.Dimension) ?? objectOf(partB?.Dimension);
  const sum = (a: unknown, b: unknown): number | undefined => {
    const one = numberOf(a);
    const other = numberOf(b);
    return one === undefined || other === undefined ? undefined : one + other;
  };
  const kind = String(frame.MessageType);
  return facts<VesselFacts>({
    callsign: cleanAis(message.CallSign ?? partB?.CallSign),
    destination: cleanAis(message.Destination),
    imo: imoOf(message.ImoNumber),
    ...sizes(sum(size?.A, size?.B), sum(size?.C, size?.D), numberOf(message.MaximumStaticDraught)),
    eta: etaOf(objectOf(message.Eta)),
    aisClass: kind.includes('ClassB') || kind === 'StaticDataReport' ? 'B' : kind.startsWith('Aids') ? undefined : 'A',
    country: undefined,
  });
}

/** 0/0 24:60 is none. */
function etaOf(eta: Json | undefined): string | undefined {
  const month = numberOf(eta?.Month) ?? 0;
  const day = numberOf(eta?.Day) ?? 0;
  const hour = numberOf(eta?.Hour) ?? 24;
  const minute = numberOf(eta?.Minute) ?? 60;
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  return hour > 23 || minute > 59
    ? `${two(month)}-${two(day)}`
    : `${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}
