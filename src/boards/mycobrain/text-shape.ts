/** A text line whose meaning is known (board contract §3.7, text shapes). */
export interface TextReading {
  readonly shape: 'sensor_live' | 'sensor_debug' | 'sensor_line' | 'reset_cause' | 'arduino_log';
  readonly fields: Readonly<Record<string, number | string | null>>;
}

/** Reads one line; undefined when it is just text. Parts that the line does not have are absent, `nan`/`inf`/`ovf` are null. */
export function readTextShape(line: string): TextReading | undefined {
  // Most lines are just text: one look at the first letter spares them seven expressions.
  const forms = FORMS_BY_FIRST.get(line.charCodeAt(0));
  if (forms === undefined) return undefined;
  for (const form of forms) {
    const match = form.pattern.exec(line);
    if (match?.groups) return { shape: form.shape, fields: readFields(match.groups, form.readers) };
  }
  return undefined;
}

type Reader = (text: string) => number | string | null;

interface Form {
  readonly shape: TextReading['shape'];
  readonly pattern: RegExp;
  readonly readers: Readonly<Record<string, Reader>>;
  /** Every letter a line of this form can begin with. */
  readonly first: string;
}

function readFields(groups: Record<string, string>, readers: Form['readers']): TextReading['fields'] {
  const fields: Record<string, number | string | null> = {};
  for (const key in readers) {
    const text = groups[key];
    if (text !== undefined) fields[key] = (readers[key] as Reader)(text);
  }
  return fields;
}

const word: Reader = (text) => text;
const hex: Reader = (text) => Number.parseInt(text, 16);
const number: Reader = (text) => {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
};

const N = '-?(?:\\d+(?:\\.\\d+)?|nan|inf|ovf)';
const SENSOR = { slot: word, temperature_c: number, humidity_pct: number, pressure_hpa: number, gas_ohm: number };

const FORMS: readonly Form[] = [
  {
    shape: 'sensor_live',
    first: '#AE',
    pattern: new RegExp(
      `^(?:#live )?(?<slot>AMB|ENV) addr=0x(?<address>[0-9A-Fa-f]{1,2}) age=(?<age_ms>\\d+)ms T=(?<temperature_c>${N})C` +
        ` RH=(?<humidity_pct>${N})% P=(?<pressure_hpa>${N})hPa(?: ?\\(raw=(?<pressure_raw>${N})\\))? Gas=(?<gas_ohm>${N})Ohm` +
        `(?: IAQ=N/A| IAQ=(?<iaq>${N})(?: acc=(?<iaq_accuracy>${N}))?(?: sIAQ=(?<static_iaq>${N}))?` +
        ` CO2eq=(?<co2_equivalent>${N}) VOC=(?<voc_equivalent>${N}))?$`,
    ),
    readers: {
      ...SENSOR,
      address: hex,
      age_ms: number,
      pressure_raw: number,
      iaq: number,
      iaq_accuracy: number,
      static_iaq: number,
      co2_equivalent: number,
      voc_equivalent: number,
    },
  },
  {
    shape: 'sensor_debug',
    first: '#',
    pattern: new RegExp(
      `^#dbg (?<slot>AMB|ENV) T=(?<temperature_c>${N}) RH=(?<humidity_pct>${N}) P=(?<pressure_hpa>${N}) gas=(?<gas_ohm>${N})$`,
    ),
    readers: SENSOR,
  },
  {
    shape: 'sensor_debug',
    first: '[',
    pattern: new RegExp(
      `^\\[DBG (?<slot>AMB|ENV)\\] rawP=(?<pressure_raw>${N}) => P=(?<pressure_hpa>${N}) hPa \\| T=(?<temperature_c>${N})` +
        ` RH=(?<humidity_pct>${N}) Gas=(?<gas_ohm>${N})(?: \\| iaq=(?<iaq>${N}) acc=(?<iaq_accuracy>${N}))?$`,
    ),
    readers: { ...SENSOR, pressure_raw: number, iaq: number, iaq_accuracy: number },
  },
  {
    shape: 'sensor_line',
    first: ' \tAE',
    pattern: new RegExp(
      `^[ \\t]*(?<slot>AMB|ENV): T=(?<temperature_c>${N}) RH=(?<humidity_pct>${N}) IAQ=(?<iaq>${N})` +
        ` CO2=(?<co2_equivalent>${N}) VOC=(?<voc_equivalent>${N})$`,
    ),
    readers: {
      slot: word,
      temperature_c: number,
      humidity_pct: number,
      iaq: number,
      co2_equivalent: number,
      voc_equivalent: number,
    },
  },
  {
    shape: 'reset_cause',
    first: 'r',
    pattern:
      /^rst:0x(?<reset_code>[0-9A-Fa-f]{1,8}) \((?<reset_reason>[^)]*)\),boot:0x(?<boot_code>[0-9A-Fa-f]{1,8}) \((?<boot_mode>.*)\)$/,
    readers: { reset_code: hex, reset_reason: word, boot_code: hex, boot_mode: word },
  },
  {
    shape: 'arduino_log',
    first: '[',
    pattern:
      /^\[ *(?<ms>\d{1,10})\]\[(?<level>[EWIDV])\]\[(?<file>[^\]:]+):(?<line>\d{1,9})\] (?<func>[^ ]+?): (?<message>.*)$/,
    readers: { ms: number, level: word, file: word, line: number, func: word, message: word },
  },
];

const FORMS_BY_FIRST: ReadonlyMap<number, readonly Form[]> = new Map(
  [...new Set(FORMS.flatMap((form) => [...form.first]))].map((char) => [
    char.charCodeAt(0),
    FORMS.filter((form) => form.first.includes(char)),
  ]),
);
