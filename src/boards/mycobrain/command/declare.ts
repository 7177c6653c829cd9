import type { Dialect } from '../../../contract/board-status.ts';
import type { CommandDeclaration, ParamDeclaration } from '../../board.ts';

/** Production and its kin: JSON lines in machine mode. */
export const MACHINE: readonly Dialect[] = ['ndjson-machine', 'json-legacy'];
/** Builds that speak in frames. */
export const FRAMES: readonly Dialect[] = ['mdp1-json', 'mdp1-bin'];
/** Builds that speak in JSON lines. */
export const LINES: readonly Dialect[] = [...MACHINE, 'json-tele'];

type Group = CommandDeclaration['group'];
type Role = CommandDeclaration['role'];

/** One command, in the order in which a person reads it. `danger`: why a second, deliberate act is asked for first. */
export const declare = (
  name: string,
  title: string,
  about: string,
  group: Group,
  role: Role,
  dialects: readonly Dialect[],
  params: readonly ParamDeclaration[] = [],
  danger?: string,
): CommandDeclaration => ({ name, title, about, group, params, role, danger, dialects });
