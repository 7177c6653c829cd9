import { endingOf, handshakeEndingOf } from '../../../../src/upstreams/mas/closing.ts';
import { isFields } from '../../../../src/upstreams/mas/fields.ts';
import type { Vector } from './vector.ts';

/** A connection that ended, or was never made. */
export function checkEnded({ line, action }: Vector): string | undefined {
  const ending = isFields(line.close)
    ? endingOf(Number(line.close.code), String(line.close.reason ?? ''))
    : isFields(line.handshake) && typeof line.handshake.http_status === 'number'
      ? handshakeEndingOf(line.handshake.http_status)
      : undefined;
  const isRefused = ending !== undefined && 'refused' in ending;
  switch (action) {
    case 'reconnect':
    case 'backoff':
      return isRefused ? `expected another try, got: ${ending.refused}` : undefined;
    case 'stop':
    case 'policy_stop':
      return isRefused ? undefined : 'expected that it is not tried again';
    default:
      return `no rule for ${action}`;
  }
}
