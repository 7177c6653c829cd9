import { type CommandDeclaration, checkParams, type ParamDeclaration } from '../../boards/board.ts';
import type { ParamValue } from '../../contract/board-command.ts';

/** What stands in the fields of a command's form: text as typed, or a switch. */
export type CommandDraft = Readonly<Record<string, string | boolean>>;

export type DraftReading =
  | { readonly ok: true; readonly params: Readonly<Record<string, ParamValue>> }
  /** A sentence per field that does not fit. */
  | { readonly ok: false; readonly wrong: Readonly<Record<string, string>> };

export function initialDraft(declaration: CommandDeclaration): CommandDraft {
  return Object.fromEntries(
    declaration.params.map((param) => [param.name, param.kind === 'number' ? String(param.initial) : param.initial]),
  );
}

/** Draft → parameters, each field judged by its own declaration. A comma is taken as a decimal point. */
export function readDraft(declaration: CommandDeclaration, draft: CommandDraft): DraftReading {
  const params: Record<string, ParamValue> = {};
  const wrong: Record<string, string> = {};
  for (const param of declaration.params) {
    const value = readField(param, draft[param.name]);
    params[param.name] = value;
    const sentence = checkParams({ ...declaration, params: [param] }, { [param.name]: value });
    if (sentence !== undefined) wrong[param.name] = sentence;
  }
  return Object.keys(wrong).length === 0 ? { ok: true, params } : { ok: false, wrong };
}

function readField(param: ParamDeclaration, typed: string | boolean | undefined): ParamValue {
  if (param.kind === 'switch') return typed === true;
  const text = typeof typed === 'string' ? typed : '';
  if (param.kind !== 'number') return text;
  const plain = text.trim().replace(',', '.');
  return plain === '' ? Number.NaN : Number(plain);
}

/** "0 … 255, step 5": the range beside a number's field. */
export function rangeWords(param: ParamDeclaration): string {
  if (param.kind === 'text') return `up to ${param.maxLength} characters`;
  if (param.kind !== 'number') return '';
  const step = param.step === 1 ? '' : `, step ${param.step}`;
  return `${param.min} … ${param.max}${step}`;
}
