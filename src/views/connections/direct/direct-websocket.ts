import { parseHex } from '../../../lib/typed-hex.ts';
import type { DirectConnection, DirectEvents, DirectOptions } from './direct.ts';
import { binaryFrame, note, textFrame } from './frames.ts';

/** The page's own WebSocket: no second try, everything shown. */
export function directWebsocket({ url, protocols }: DirectOptions, events: DirectEvents): DirectConnection {
  let socket: WebSocket;
  events.state({ is: 'connecting' });
  try {
    socket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    events.state({ is: 'closed', why });
    return { send: () => why, close: () => undefined };
  }
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    if (socket.protocol !== '') events.frame(note(`subprotocol ${socket.protocol}`));
    events.state({ is: 'open' });
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    events.frame(typeof data === 'string' ? textFrame('in', 'text', data) : binaryFrame('in', new Uint8Array(data)));
  socket.onclose = ({ code, reason, wasClean }) =>
    events.state({
      is: 'closed',
      why: `${code}${reason === '' ? '' : ` ${reason}`}${wasClean ? '' : ', without a goodbye'}`,
    });

  return {
    send(text, as) {
      if (socket.readyState !== WebSocket.OPEN) return 'it is not open';
      if (as === 'hex') {
        const bytes = parseHex(text);
        if (bytes === undefined) return 'not hexadecimal digits in pairs';
        socket.send(bytes);
        events.frame(binaryFrame('out', bytes));
        return undefined;
      }
      socket.send(text);
      events.frame(textFrame('out', 'text', text));
      return undefined;
    },
    close: () => socket.close(1000),
  };
}
