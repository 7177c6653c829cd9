/** Category names of AIS ship types (crep §3.3). */
const TENS: Readonly<Record<number, string>> = {
  2: 'wig',
  4: 'high_speed',
  6: 'passenger',
  7: 'cargo',
  8: 'tanker',
};
const ONES: Readonly<Record<number, string>> = {
  30: 'fishing',
  31: 'towing',
  32: 'towing',
  33: 'dredger',
  34: 'diving',
  35: 'military',
  36: 'sailing',
  37: 'pleasure',
  50: 'pilot',
  51: 'sar',
  52: 'tug',
  53: 'port_tender',
  54: 'anti_pollution',
  55: 'law_enforcement',
  58: 'medical',
};

export const categoryOfType = (type: number | undefined): string | undefined =>
  type === undefined || type === 0 ? undefined : (ONES[type] ?? TENS[Math.floor(type / 10)] ?? 'other');

/** Words that mean the same; the first that the text holds. */
const WORDS: readonly (readonly [word: string, category: string])[] = [
  ['wig', 'wig'],
  ['fishing', 'fishing'],
  ['towing', 'towing'],
  ['dredg', 'dredger'],
  ['diving', 'diving'],
  ['military', 'military'],
  ['sailing', 'sailing'],
  ['pleasure', 'pleasure'],
  ['high_speed', 'high_speed'],
  ['pilot', 'pilot'],
  ['search_and_rescue', 'sar'],
  ['tug', 'tug'],
  ['port_tender', 'port_tender'],
  ['pollution', 'anti_pollution'],
  ['law_enforcement', 'law_enforcement'],
  ['medical', 'medical'],
  ['passenger', 'passenger'],
  ['cargo', 'cargo'],
  ['tanker', 'tanker'],
];

const MOST_KNOWN = 1_000;
const known = new Map<string, string | undefined>();

/** `Cargo`, `law enforcement`, `fishing`: by the same names. */
export function categoryOfWord(word: string): string | undefined {
  if (known.has(word)) return known.get(word);
  const flat = word
    .trim()
    .toLowerCase()
    .replace(/[\s/-]+/g, '_')
    .slice(0, 60);
  const category =
    flat === '' || flat === 'unknown' || flat === 'null'
      ? undefined
      : flat === 'sar'
        ? 'sar'
        : (WORDS.find(([start]) => flat.includes(start))?.[1] ?? 'other');
  if (known.size < MOST_KNOWN) known.set(word, category);
  return category;
}

/** What the number itself says it is; overrides the type. */
export function classOfMmsi(mmsi: string): string | undefined {
  switch (mmsi.charCodeAt(0)) {
    case 0x30:
      return mmsi.charCodeAt(1) === 0x30 ? 'coast_station' : undefined;
    case 0x31:
      return mmsi.startsWith('111') ? 'sar_aircraft' : undefined;
    case 0x39:
      if (mmsi.startsWith('99')) return 'aid_to_navigation';
      if (mmsi.startsWith('98')) return 'daughter_craft';
      return mmsi.startsWith('970') || mmsi.startsWith('972') || mmsi.startsWith('974') ? 'distress_beacon' : undefined;
    default:
      return undefined;
  }
}
