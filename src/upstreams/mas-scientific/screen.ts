import { scrubbed } from '../mas/addresses.ts';
import { SCIENTIFIC_SOCKETS } from './scientific.ts';

const ignore = (): void => {};

/** What may leave our server of one message of MAS: everything but addresses. Samples have none, and come a thousand a second. */
export const screenScientific = (path: string, value: unknown): unknown =>
  path.startsWith(SCIENTIFIC_SOCKETS.fci) ? value : scrubbed(value, ignore);
