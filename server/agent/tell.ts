import { LOG_LEVELS, type LogLevel } from './agent-options.ts';

/** One line for a person. */
export type Tell = (level: LogLevel, text: string) => void;

/** Lines with the time of day, as much as the person wants to know. */
export function makeTell(most: LogLevel, write: (line: string) => void, now: () => Date = () => new Date()): Tell {
  const allowed = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(most) + 1);
  return (level, text) => {
    if (allowed.includes(level)) write(`${timeOfDay(now())} ${text}\n`);
  };
}

/** `14:05:09`, where this computer is. */
export const timeOfDay = (date: Date): string => date.toTimeString().slice(0, 8);
