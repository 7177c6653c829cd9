import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { addDropped, type Readings, readMap } from '../readings.ts';
import { SUFFIXED } from './units.ts';

/**
 * The inner payload of a protocol envelope: 6.4. Electrodes are `<id>.<name>`, of each electrode the bands one level deeper; the environment
 * has its own names. What is no measurement (a pattern, a state of the device) is not looked into.
 */
export function readProtocolPayload(into: Readings, type: unknown, payload: JsonObject): void {
  if (isJsonObject(payload.bioelectric)) readElectrodes(into, payload.bioelectric.channels);
  if (isJsonObject(payload.environment)) readMap(into, payload.environment, SUFFIXED);
  if (type === 'environment_data') readMap(into, payload, SUFFIXED);
}

function readElectrodes(into: Readings, channels: unknown): void {
  if (!Array.isArray(channels)) return;
  for (const [at, channel] of channels.entries()) {
    const id = isJsonObject(channel) ? channel.id : undefined;
    if (!isJsonObject(channel) || (typeof id !== 'string' && typeof id !== 'number') || id === '') {
      addDropped(into, `bioelectric.channels[${at}]`);
      continue;
    }
    const { id: _, band_powers: bands, ...numbers } = channel;
    const prefix = `${String(id).toLowerCase()}.`;
    readMap(into, numbers, ELECTRODE, prefix);
    if (isJsonObject(bands)) readMap(into, bands, SUFFIXED, `${prefix}band_powers.`);
  }
}

/** An electrode without its amplitude has lost what it is there for. */
const ELECTRODE = { ...SUFFIXED, isKnown: (name: string) => name === 'amplitude' || SUFFIXED.isKnown(name) };
