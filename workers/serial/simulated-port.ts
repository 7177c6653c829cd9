import { createSimulatedBoard, type SimulatedBoard } from '../../src/boards/simulated/simulated-board.ts';
import type { SimulatedFault } from '../../src/contract/hub-api.ts';
import type { BoardId } from '../../src/contract/ids.ts';
import type { Clock } from '../../src/serial/clock.ts';
import type { SerialPortLike, UsbIds } from '../../src/serial/serial-like.ts';

/** As a real board with native USB shows itself. */
export const SIMULATED_USB: UsbIds = { usbVendorId: 0x303a, usbProductId: 0x1001 };
/** What speaks behind every pretend port; a session that knows it need not listen first. */
export const SIMULATED_DIALECT = 'mdp1-json';

/** As much as a real port keeps for a reader that is late. What does not fit is lost, and shows as damaged frames. */
const MOST_UNREAD_BYTES = 65_536;

/** A port with a pretend board behind it: whoever reads and writes it cannot tell. */
export interface SimulatedPort extends SerialPortLike {
  fault(kind: SimulatedFault): void;
}

export function makeSimulatedPort(options: {
  readonly board: BoardId;
  readonly mac: string | undefined;
  readonly clock: Clock;
}): SimulatedPort {
  const { board: id, mac, clock } = options;
  let board: SimulatedBoard | undefined;
  let readable: ReadableStream<Uint8Array> | null = null;
  let writable: WritableStream<Uint8Array> | null = null;
  let inReset = false;
  let openedBefore = false;

  return {
    get readable() {
      return readable;
    },
    get writable() {
      return writable;
    },
    getInfo: () => SIMULATED_USB,
    async open() {
      let unread: ReadableStreamDefaultController<Uint8Array> | undefined;
      readable = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            unread = controller;
          },
          cancel() {
            unread = undefined;
          },
        },
        new ByteLengthQueuingStrategy({ highWaterMark: MOST_UNREAD_BYTES }),
      );
      const powered = createSimulatedBoard({
        dialect: SIMULATED_DIALECT,
        write: (bytes) => {
          if ((unread?.desiredSize ?? 0) >= bytes.length) unread?.enqueue(bytes);
        },
        now: () => clock.now(),
        schedule: (ms, callback) => clock.schedule(ms, callback),
        seed: seedOf(id),
        running: !openedBefore,
        ...(mac !== undefined && { mac }),
      });
      board = powered;
      openedBefore = true;
      writable = new WritableStream({ write: (bytes) => powered.receive(bytes) });
    },
    async close() {
      board?.close();
      board = undefined;
      readable = null;
      writable = null;
    },
    async setSignals({ requestToSend }) {
      // The chip boots when its reset line is let go.
      if (inReset && requestToSend === false) board?.fault('replug');
      inReset = requestToSend === true;
    },
    fault: (kind) => board?.fault(kind),
  };
}

/** The same board behaves the same in its next life. */
function seedOf(board: BoardId): number {
  let seed = 2_166_136_261;
  for (const letter of board) seed = Math.imul(seed ^ letter.charCodeAt(0), 16_777_619);
  return seed >>> 0;
}
