import type { Outcome } from '../../../src/contract/hub-api.ts';
import type { MycorrhizaePublish } from '../../../src/contract/upstream/mycorrhizae.ts';
import { isJsonObject } from '../../../src/decode/json-object.ts';
import { readPublished } from '../../../src/upstreams/mycorrhizae/answers.ts';
import { isPattern } from '../../../src/upstreams/mycorrhizae/pattern.ts';
import { isWithheld } from '../../../src/upstreams/mycorrhizae/withheld.ts';
import type { AdapterHost } from '../adapter.ts';

/** Publishes by the gateway, which lets operators do it. What is for devices alone is not sent from here, whoever asks. */
export async function publish(host: AdapterHost, args: unknown): Promise<Outcome<unknown>> {
  const asked = readAsked(args);
  if (typeof asked === 'string') return { ok: false, error: { code: 'bad-message', message: asked } };
  const { channel, payload, messageType, deviceSerial, tags } = asked;
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

/** What is to be published, or why not. */
function readAsked(args: unknown): MycorrhizaePublish | string {
  const { channel, payload, messageType, deviceSerial, tags } = isJsonObject(args) ? args : {};
  if (!isPattern(channel) || /[*#]/.test(channel)) return 'give one channel, without wildcards';
  if (!isJsonObject(payload)) return 'give a payload that is an object';
  if (isWithheld(channel, payload)) return 'commands and stimuli are not sent to devices from here';
  return {
    channel,
    payload,
    ...(typeof messageType === 'string' && { messageType }),
    ...(typeof deviceSerial === 'string' && { deviceSerial }),
    ...(Array.isArray(tags) && { tags: tags.filter((tag) => typeof tag === 'string') }),
  };
}
