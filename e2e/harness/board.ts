import type { Cable } from './cable.ts';

/** A board that can be plugged in: what its USB chip says, and what it does while it has power. */
export interface Board {
  readonly usb: BoardUsb;
  /** Power on. Returns power off. */
  power(cable: Cable): () => void;
}

export interface BoardUsb {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string;
  readonly product: string;
}

/** A MycoBrain's own USB port; each serial number is another board. */
export const mycobrainUsb = (serialNumber: string): BoardUsb => ({
  vendorId: 0x303a,
  productId: 0x1001,
  serialNumber,
  product: 'MycoBrain',
});

/** Sends back what it gets. */
export const echoBoard = (serialNumber = 'ECHO01'): Board => ({
  usb: mycobrainUsb(serialNumber),
  power(cable) {
    cable.onBytes((bytes) => cable.send(bytes));
    return () => {};
  },
});

/** One piece of a recording: so many ms after its start. */
export interface TimedBytes {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface PlayerBoard extends Board {
  /** Resolves when the last piece was sent. */
  readonly played: Promise<void>;
  /** Everything the computer said to it. */
  heard(): Uint8Array;
}

/** Plays a recording at its own times, once, from the moment the port is first opened. It does not listen. */
export function playerBoard(pieces: readonly TimedBytes[], serialNumber = 'PLAY01'): PlayerBoard {
  const heard: Uint8Array[] = [];
  let finish = () => {};
  const played = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    usb: mycobrainUsb(serialNumber),
    played,
    heard: () => Buffer.concat(heard),
    power(cable) {
      let timer: NodeJS.Timeout | undefined;
      let startedMs: number | undefined;
      let next = 0;
      const sendDue = () => {
        const nowMs = performance.now() - (startedMs ?? 0);
        for (; next < pieces.length && (pieces[next]?.atMs ?? 0) <= nowMs; next++) {
          cable.send(pieces[next]?.bytes ?? new Uint8Array());
        }
        const piece = pieces[next];
        if (piece) timer = setTimeout(sendDue, piece.atMs - nowMs);
        else finish();
      };
      cable.onBytes((bytes) => heard.push(bytes));
      cable.onOpen((open) => {
        if (!open || startedMs !== undefined) return;
        startedMs = performance.now();
        sendDue();
      });
      return () => clearTimeout(timer);
    },
  };
}
