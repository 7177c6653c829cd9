import { withoutAddresses } from '../mas/addresses.ts';
import { idOf, textOf } from '../mas/fields.ts';
import { fieldsOf, parseJson } from '../mas-devices/plain.ts';
import type { Out, ReadContext } from '../out.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';
import type { Turns } from './turns.ts';

/** One event of `POST /voice/brain/stream`. It fails with status 200 and says so in an event (contract mas-voice §4). */
export function readBrainEvent(data: string, turns: Turns, out: Out, context: ReadContext): Told {
  const message = fieldsOf(parseJson(data)?.value);
  if (message === undefined) {
    out.count('dropped', 'bad-json', data.slice(0, 60));
    return told('drop');
  }
  const error = textOf(message.error) ?? (message.error === undefined ? undefined : 'the brain failed');
  if (error !== undefined) {
    turns.close('myca', 'brain', out, context);
    const words = withoutAddresses(error);
    out.event('activity', { ...stamp(context, undefined, 'brain'), type: 'error', message: words, data: null });
    return told('show_error', { message: words });
  }
  if (message.done === true) {
    turns.close('myca', 'brain', out, context);
    return told('turn_end', {
      session_id: idOf(message.session_id, 128),
      conversation_id: idOf(message.conversation_id, 128),
    });
  }
  if (typeof message.token === 'string') {
    if (message.token !== '') {
      const { joined, ended } = turns.append('myca', message.token, 'brain', out, context);
      return told('append', { joined, turn_end: ended });
    }
    return told('ignore');
  }
  out.count('unknown', 'brain-event');
  return told('ignore');
}
