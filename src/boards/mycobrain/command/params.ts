import type { ParamDeclaration } from '../../board.ts';

export const number = (
  name: string,
  label: string,
  unit: string,
  min: number,
  max: number,
  initial: number,
  step = 1,
): ParamDeclaration => ({ name, label, kind: 'number', unit, min, max, step, initial });

/** The first is the initial one. */
export const choice = (name: string, label: string, values: readonly [string, ...string[]]): ParamDeclaration => ({
  name,
  label,
  kind: 'choice',
  choices: values.map((value) => ({ value, label: value })),
  initial: values[0],
});

export const toggle = (name: string, label: string, initial: boolean): ParamDeclaration => ({
  name,
  label,
  kind: 'switch',
  initial,
});

export const words = (name: string, label: string, maxLength: number, initial: string): ParamDeclaration => ({
  name,
  label,
  kind: 'text',
  maxLength,
  initial,
});
