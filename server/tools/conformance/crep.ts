import { checkGeo } from './crep/geo.ts';
import { messageCheck } from './crep/messages.ts';
import { checkOrbit } from './crep/orbit.ts';
import { ndjsonRunner } from './ndjson-file.ts';

/** Vectors of crep: messages into the hub's store, places on the globe, orbits. */
export const crepRunner = ndjsonRunner(
  ({ id }) => /^crep[A-Z]-/.test(id),
  (file) => {
    // One store for the whole file, by its README.
    const message = messageCheck(file.startsWith('sequence'));
    return (line) => {
      if (line.op === 'propagate' || line.op === 'propagate_minutes') return checkOrbit(line);
      return line.op === undefined ? message(line) : checkGeo(line);
    };
  },
);
