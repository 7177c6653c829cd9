import type { ServerResponse } from 'node:http';
import type { Wire } from './host-outlet.ts';
import type { SimStream } from './simulator.ts';

const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** An event stream of a simulator. */
export class HostStream implements Wire {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** For the simulator: its words pass the host's faults by `say`. */
  forSimulator(say: (text: string) => void): SimStream {
    return {
      event: (data, name, id) => say(eventText(data, name, id)),
      comment: (text) => say(`: ${text}\n\n`),
      raw: say,
      end: () => this.close(),
    };
  }

  send(data: string | Uint8Array): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
    else response.write(data);
  }

  close(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }

  frame(text: string): string {
    return eventText(text);
  }
}

function eventText(data: string, name?: string, id?: string): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `${id === undefined ? '' : `id: ${id}\n`}${name === undefined ? '' : `event: ${name}\n`}${lines.join('')}\n`;
}
