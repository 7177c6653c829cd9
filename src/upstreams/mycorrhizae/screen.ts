import { isJsonObject, type JsonObject } from '../../decode/json-object.ts';
import { isWithheld } from './withheld.ts';

/**
 * What of a message (or a frame of the WebSocket twin, or a list of either) may reach a browser: without the publisher's key id, and nothing
 * that is for devices. undefined: nothing of it.
 */
export function screenMessage(value: unknown): unknown {
  if (Array.isArray(value)) {
    const shown = value.map(screenMessage);
    return shown.every((one, at) => one === value[at]) ? value : shown.filter((one) => one !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (isJsonObject(value.data) && typeof value.event === 'string') {
    const data = screenMessage(value.data);
    return data === undefined ? undefined : { ...value, data };
  }
  if (isWithheld(value.channel, value.payload)) return undefined;
  return isJsonObject(value.tracing) && Object.hasOwn(value.tracing, 'api_key_id')
    ? { ...value, tracing: withoutKey(value.tracing) }
    : value;
}

function withoutKey(tracing: JsonObject): JsonObject {
  const { api_key_id: _, ...rest } = tracing;
  return rest;
}
