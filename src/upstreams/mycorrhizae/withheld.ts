import { isJsonObject } from '../../decode/json-object.ts';

/** The last word of a device's channel for which it is the listener, not a browser. */
const TO_DEVICE = /^device\..*\.(?:commands?|stimul(?:us|i))(?:\.|$)/;

/**
 * Why a message is for devices alone: a command, or a stimulus of living tissue. Such a message does not go to a browser, whatever pattern
 * it came by. `payload` may be anything; undefined: it may pass.
 */
export function withheldBecause(channel: unknown, payload: unknown): 'device-command' | 'stimulus-command' | undefined {
  if (isStimulus(payload) || (isJsonObject(payload) && isStimulus(payload.payload))) return 'stimulus-command';
  return typeof channel === 'string' && TO_DEVICE.test(channel.toLowerCase()) ? 'device-command' : undefined;
}

export const isWithheld = (channel: unknown, payload: unknown): boolean =>
  withheldBecause(channel, payload) !== undefined;

/** A stimulus command, in its envelope or bare. */
const isStimulus = (payload: unknown): boolean =>
  isJsonObject(payload) &&
  (payload.message_type === 'stimulus_command' ||
    (typeof payload.command === 'string' && isJsonObject(payload.parameters) && isWaveform(payload.parameters)));

const isWaveform = (parameters: Record<string, unknown>): boolean =>
  Object.hasOwn(parameters, 'waveform') || Object.hasOwn(parameters, 'amplitude_uv');
