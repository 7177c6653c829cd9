import { createHash } from 'node:crypto';
import { PUBLISH, READ } from './log-scripts.ts';
import { BEAT, LEAVE } from './presence-scripts.ts';
import { CHANGE, READ_STATE, SWEEP } from './state-scripts.ts';

/** Lua that Redis runs as one: nobody sees half of it, and a crash keeps all or nothing. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') });

export const publishScript = script(PUBLISH);
export const readScript = script(READ);
export const changeScript = script(CHANGE);
export const readStateScript = script(READ_STATE);
export const sweepScript = script(SWEEP);
export const beatScript = script(BEAT);
export const leaveScript = script(LEAVE);

/** All that a fresh connection makes known. */
export const SCRIPTS: readonly Script[] = [
  publishScript,
  readScript,
  changeScript,
  readStateScript,
  sweepScript,
  beatScript,
  leaveScript,
];
