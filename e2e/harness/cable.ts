import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { buildCable } from './native.ts';

/** The board's end of a USB cable. */
export interface Cable {
  /** Bytes from the board to the computer; thrown away while nobody has the port open. */
  send(bytes: Uint8Array): void;
  /** Bytes from the computer to the board. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** The computer opened or closed the port. Calls back at once when it is open already. */
  onOpen(listener: (open: boolean) => void): void;
  /** Pulls the plug. */
  pull(): Promise<void>;
}

export interface PtyCable extends Cable {
  /** Where the computer finds the port. */
  readonly path: string;
}

/** A cable whose computer end is a pseudo terminal. */
export async function openPtyCable(): Promise<PtyCable> {
  const process = spawn(buildCable(), { stdio: ['pipe', 'pipe', 'pipe'] });
  const words = createInterface({ input: process.stderr });
  let isOpen = false;
  const openListeners: ((open: boolean) => void)[] = [];
  const path = await new Promise<string>((resolve, reject) => {
    process.once('error', reject);
    process.once('exit', (code) => reject(new Error(`the cable ended with ${code} before it began`)));
    words.once('line', (line) => {
      resolve(line);
      words.on('line', (word) => {
        isOpen = word === 'open';
        for (const listener of openListeners) listener(isOpen);
      });
    });
  });
  // A pulled cable's pipe is broken; what the board still says goes nowhere.
  process.stdin.on('error', () => {});
  return {
    path,
    send: (bytes) => {
      if (process.stdin.writable) process.stdin.write(bytes);
    },
    onBytes: (listener) => {
      process.stdout.on('data', listener);
    },
    onOpen: (listener) => {
      openListeners.push(listener);
      if (isOpen) listener(true);
    },
    pull: async () => {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const ended = once(process, 'exit');
      process.kill('SIGKILL');
      await ended;
    },
  };
}
