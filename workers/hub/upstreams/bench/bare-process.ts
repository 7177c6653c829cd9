// Bare clients of the libraries that the transports are made of.
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { createParser } from 'eventsource-parser';
import ReconnectingWebSocket from 'reconnecting-websocket';
import type { TransportName } from '../../../../src/contract/upstream/status.ts';

export interface BareLine {
  readonly transport: TransportName;
  readonly url: string;
  readonly said: readonly string[];
  readonly everyMs: number;
}

export interface FromBare {
  readonly frames: number;
  readonly cpuMs: number;
}

let frames = 0;

process.on('message', (message: readonly BareLine[] | 'report') => {
  if (message === 'report') {
    const { user, system } = process.cpuUsage();
    process.send?.({ frames, cpuMs: (user + system) / 1_000 } satisfies FromBare);
  } else for (const line of message) open(line);
});
process.on('disconnect', () => process.exit(0));

function take(text: string): void {
  frames += 1;
  try {
    JSON.parse(text);
  } catch {
    // A bare client would throw it away as well.
  }
}

function open({ transport, url, said, everyMs }: BareLine): void {
  switch (transport) {
    case 'websocket': {
      const socket = new ReconnectingWebSocket(url, [], { WebSocket });
      socket.binaryType = 'arraybuffer';
      socket.addEventListener('open', () => {
        for (const text of said) socket.send(text);
      });
      socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) =>
        take(typeof data === 'string' ? data : new TextDecoder().decode(data)),
      );
      return;
    }
    case 'sse':
      void stream(url);
      return;
    case 'poll':
      setInterval(
        () =>
          void fetch(url)
            .then((response) => response.text())
            .then(take, () => undefined),
        everyMs,
      );
      return;
    case 'signalr': {
      const hub = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None).build();
      for (const target of [
        'DeviceUpdate',
        'DeviceEnvelope',
        'EventReceived',
        'SystemAlert',
        'SystemUpdate',
        'Connected',
      ])
        hub.on(target, () => {
          frames += 1;
        });
      void hub.start().then(() => Promise.all([hub.invoke('JoinDashboardGroup'), hub.invoke('JoinMycaGroup')]));
      return;
    }
    case 'relay':
  }
}

async function stream(url: string): Promise<void> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
  const parser = createParser({ onEvent: ({ data }) => take(data) });
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
}
