import type { BridgeHealthRecord } from '../../contract/upstream/mas-voice.ts';
import { withoutAddresses } from '../mas/addresses.ts';
import { isFields, textOf } from '../mas/fields.ts';
import type { Out, ReadContext } from '../out.ts';
import { stamp } from './stamp.ts';
import { type Told, told } from './told.ts';

/**
 * `GET /health` of the bridge. It says "healthy" whatever is wrong; a conversation can be started when its model is there and it does not
 * recognise speech by itself (contract mas-voice §1).
 */
export function readHealth(value: unknown, out: Out, context: ReadContext): Told {
  if (!isFields(value)) {
    out.count('dropped', 'not-an-object');
    return told('drop');
  }
  const modelAvailable = value.moshi_available === true;
  const localStt = value.local_stt_mode === true;
  const canStart = modelAvailable && !localStt;
  let why: string | undefined;
  if (!modelAvailable) why = 'the speech model is not there';
  else if (localStt) why = 'the bridge recognises speech by itself: it is not full duplex';
  const record: BridgeHealthRecord = {
    ...stamp(context, undefined, 'bridge'),
    available: true,
    why,
    canStart,
    modelAvailable,
    localStt,
    version: textOf(value.version, 32),
    features: isFields(value.features)
      ? Object.entries(value.features)
          .filter(([name, on]) => on === true && name.length <= 48)
          .map(([name]) => name)
          .slice(0, 32)
      : [],
  };
  out.put('health', 'bridge', record);
  return told('apply', { can_start: canStart });
}

/** It was asked and there was no answer that says anything. */
export function noHealth(why: string, out: Out, context: ReadContext): void {
  const record: BridgeHealthRecord = {
    ...stamp(context, undefined, 'bridge'),
    available: false,
    why: withoutAddresses(why),
    canStart: false,
    modelAvailable: false,
    localStt: false,
    version: undefined,
    features: [],
  };
  out.put('health', 'bridge', record);
}
