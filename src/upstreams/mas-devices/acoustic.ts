import { millisMs } from '../mas/time.ts';
import type { Out, ReadContext } from '../out.ts';
import { fieldsOf, parseJson } from './plain.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

/** One event of `/api/psathyrella/{device}/acoustic/stream`: `acoustic`, or `keepalive` every 15 s. */
export function readAcoustic(device: string, name: string, data: string, out: Out, context: ReadContext): Told {
  if (name === 'keepalive') return told('control');
  const message = fieldsOf(parseJson(data)?.value);
  if (message === undefined) {
    out.count('dropped', 'bad-json', data.slice(0, 80));
    return told('drop');
  }
  if (name !== 'acoustic' && message.type !== 'acoustic') {
    out.count('unknown', name.slice(0, 40));
    return told('ignore');
  }
  out.event('acoustic', {
    ...stamp(context, millisMs(message.atMs), device, [], message.simulated === true),
    device,
    data: message,
  });
  return told('apply');
}
