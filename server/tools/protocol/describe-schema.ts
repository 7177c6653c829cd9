import type * as v from 'valibot';

/** What valibot keeps of a schema or of a step of its pipe, as far as it is looked at here. */
interface Reflected {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Reflected>>;
  readonly pipe?: readonly Reflected[];
  readonly wrapped?: Reflected;
  readonly item?: Reflected;
  readonly items?: readonly Reflected[];
  readonly options?: readonly (Reflected | string)[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
  readonly value?: Reflected;
  readonly message?: unknown;
}

/** Names for schemas that are described once, elsewhere. */
export type SchemaNames = ReadonlyMap<unknown, string>;

export interface FieldRow {
  /** With dots for fields of fields, `[]` for items. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly limits: string;
}

const LINE = '^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$';
const HEX = '^(?:[0-9a-fA-F]{2})*$';
const reflect = (schema: v.GenericSchema): Reflected => schema as unknown as Reflected;

/** The alternatives of a variant, or the schema alone. */
export function alternativesOf(schema: v.GenericSchema): readonly v.GenericSchema[] {
  const { type, options } = reflect(schema);
  return type === 'variant' ? (options as unknown as readonly v.GenericSchema[]) : [schema];
}

/** The fields of an object, those of unnamed objects in it among them. */
export function fieldsOf(schema: v.GenericSchema, names: SchemaNames): FieldRow[] {
  return rowsOf(reflect(schema), '', names);
}

function rowsOf(schema: Reflected, prefix: string, names: SchemaNames): FieldRow[] {
  return Object.entries(schema.entries ?? {}).flatMap(([key, field]) => {
    const name = prefix + key;
    const { inner, required } = unwrap(field);
    const row = { name, type: typeOf(inner, names), required, limits: limitsOf(inner, names) };
    if (names.has(inner)) return [row];
    if (inner.entries) return [{ ...row, type: 'object' }, ...rowsOf(inner, `${name}.`, names)];
    const { item } = inner;
    if (item?.entries && !names.has(item)) return [{ ...row, type: 'object[]' }, ...rowsOf(item, `${name}[].`, names)];
    return [row];
  });
}

function unwrap(schema: Reflected): { readonly inner: Reflected; readonly required: boolean } {
  let inner = schema;
  let required = true;
  while ((inner.type === 'optional' || inner.type === 'exact_optional') && inner.wrapped && !inner.pipe) {
    inner = inner.wrapped;
    required = false;
  }
  return { inner, required };
}

/** A type in one line, in the words of the document's own table of types. */
function typeOf(schema: Reflected, names: SchemaNames): string {
  const named = names.get(schema) ?? names.get(schema.pipe?.[0]);
  if (named !== undefined) return named;
  switch (schema.type) {
    case 'literal':
      return JSON.stringify(schema.literal);
    case 'picklist':
      return (schema.options ?? []).map((option) => JSON.stringify(option)).join(' | ');
    case 'array':
      return `${bracketed(typeOf(schema.item ?? UNKNOWN, names))}[]`;
    case 'tuple':
      return `[${(schema.items ?? []).map((item) => typeOf(item, names)).join(', ')}]`;
    case 'record':
      return `{ name: ${typeOf(schema.value ?? UNKNOWN, names)}, … }`;
    case 'nullable':
      return `${typeOf(schema.wrapped ?? UNKNOWN, names)} | null`;
    case 'optional':
    case 'exact_optional':
      return typeOf(schema.wrapped ?? UNKNOWN, names);
    case 'variant':
    case 'union':
      return (schema.options ?? []).map((option) => typeOf(option as Reflected, names)).join(' | ');
    case 'object':
      return objectText(schema, names);
    case 'string':
      return patternOf(schema, names) === LINE ? 'line' : patternOf(schema, names) === HEX ? 'hex' : 'string';
    case 'unknown':
    case 'custom':
      return 'JSON';
    default:
      return schema.type;
  }
}

const UNKNOWN: Reflected = { type: 'unknown' };
const bracketed = (text: string): string => (text.includes(' | ') ? `(${text})` : text);

function objectText(schema: Reflected, names: SchemaNames): string {
  const fields = Object.entries(schema.entries ?? {}).map(([key, field]) => {
    const { inner, required } = unwrap(field);
    return `${key}${required ? '' : '?'}: ${typeOf(inner, names)}`;
  });
  return `{ ${fields.join(', ')} }`;
}

/** Every step of a pipe, of the pipe that it begins with, too. A step of a named schema says nothing new. */
function stepsOf(schema: Reflected, names: SchemaNames): readonly Reflected[] {
  const [first, ...rest] = schema.pipe ?? [];
  return first?.pipe && first !== schema && !names.has(first) ? [...stepsOf(first, names), ...rest] : rest;
}

function patternOf(schema: Reflected, names: SchemaNames): string | undefined {
  const step = stepsOf(schema, names).find(({ type }) => type === 'regex');
  return step?.requirement instanceof RegExp ? step.requirement.source : undefined;
}

/** What the contract checks by a function, in words. */
const CHECKS: Readonly<Record<string, string>> = {
  'too many parameters': '≤ 32, names `^[A-Za-z_][A-Za-z0-9_]{0,63}$`, texts ≤ 1,024 characters',
  'too many kinds of error': '≤ 32 kinds',
};

/** What a value must keep to beside its type. */
function limitsOf(schema: Reflected, names: SchemaNames): string {
  if (names.has(schema)) return '';
  const steps = new Map(stepsOf(schema, names).map((step) => [step.type, step]));
  const number = (type: string): number | undefined => {
    const value = steps.get(type)?.requirement;
    return typeof value === 'number' ? value : undefined;
  };
  const unit = schema.type === 'array' ? 'items' : 'characters';
  const pattern = patternOf(schema, names);
  const check = steps.get('check')?.message;
  return [
    range(number('min_length'), number('max_length'), unit),
    range(number('min_value'), number('max_value'), ''),
    pattern === undefined || pattern === LINE || pattern === HEX ? '' : `\`${pattern.replaceAll('|', '\\|')}\``,
    typeof check === 'string' ? (CHECKS[check] ?? check) : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const words = unit === '' ? '' : ` ${unit}`;
  const text = (value: number): string => value.toLocaleString('en-US');
  if (most === undefined) return least === undefined ? '' : `≥ ${text(least)}${words}`;
  return least === undefined ? `≤ ${text(most)}${words}` : `${text(least)} to ${text(most)}${words}`;
}
