import type { Outcome } from '../../../src/contract/hub-api.ts';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import { readPublished } from '../../../src/upstreams/mycorrhizae/answers.ts';
import { isPattern } from '../../../src/upstreams/mycorrhizae/pattern.ts';
import { isWithheld } from '../../../src/upstreams/mycorrhizae/withheld.ts';
import type { AdapterHost } from '../adapter.ts';

/** Publishes by the gateway, which lets operators do it. What is for devices alone is not sent from here, whoever asks. */
export async function publish(host: AdapterHost, args: unknown): Promise<Outcome<unknown>> {
  const { channel, payload, messageType, deviceSerial, tags } = isJsonObject(args) ? args : {};
  if (!isPattern(channel) || /[*#]/.test(channel)) return refused('give one channel, without wildcards');
  if (!isJsonObject(payload)) return refused('give a payload that is an object');
  if (isWithheld(channel, payload)) return refused('commands and stimuli are not sent to devices from here');
  const answer = await host.request('POST', `/api/channels/${encodeURIComponent(channel)}/publish`, {
    payload,
    ...(messageType === undefined ? {} : { message_type: messageType }),
    ...(deviceSerial === undefined ? {} : { device_serial: deviceSerial }),
    ...(tags === undefined ? {} : { tags }),
  });
  if (!answer.ok) return answer;
  const result = readPublished(200, answer.value, host.now());
  return result.ok
    ? { ok: true, value: result.value }
    : { ok: false, error: { code: 'upstream-failed', message: result.why } };
}

const refused = (message: string): Outcome<never> => ({ ok: false, error: { code: 'bad-message', message } });
