import { type Fields, field, isFields } from './fields.ts';

/** What somebody asked MYCA is theirs: it must not leave for people who did not ask. */
const PRIVATE = 'question';

/**
 * Takes other people's words out of one message of NatureOS: a record of its hub, an answer, an event. The very value where there is
 * nothing to take out.
 */
export function screened(value: unknown): unknown {
  if (!isFields(value)) return value;
  const { target } = value;
  if (typeof target !== 'string' || target.toLowerCase() !== 'mycaactivity') return value;
  const args = field(value, 'arguments');
  if (!Array.isArray(args) || !args.some(hasPrivate)) return value;
  return { ...value, arguments: args.map(withoutPrivate) };
}

const hasPrivate = (argument: unknown): boolean => isFields(argument) && field(argument, PRIVATE) !== undefined;

function withoutPrivate(argument: unknown): unknown {
  if (!isFields(argument)) return argument;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(argument)) if (!isPrivate({ [key]: 1 })) kept[key] = argument[key];
  return kept;
}

const isPrivate = (one: Fields): boolean => field(one, PRIVATE) !== undefined;
