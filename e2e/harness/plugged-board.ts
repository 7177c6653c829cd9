import type { Board } from './board.ts';
import type { Cable } from './cable.ts';
import type { SerialStack } from './serial-stack.ts';

/** A board and the cable it hangs on. */
export interface PluggedBoard {
  readonly board: Board;
  /** Pulls the plug; the board loses its power. */
  unplug(): Promise<void>;
  /** Plugs it in, as another device of the system. */
  plug(): Promise<void>;
  /** A reset as a native USB port shows it: gone for `awayMs`, then back. */
  reset(awayMs?: number): Promise<void>;
}

export async function plugBoard(stack: SerialStack, board: Board): Promise<PluggedBoard> {
  let attached: { readonly cable: Cable; readonly powerOff: () => void } | undefined;
  const plugged: PluggedBoard = {
    board,
    async plug() {
      if (attached) throw new Error(`${board.usb.serialNumber} is plugged in already`);
      const cable = await stack.plug(board.usb);
      attached = { cable, powerOff: board.power(cable) };
    },
    async unplug() {
      const was = attached;
      attached = undefined;
      was?.powerOff();
      await was?.cable.pull();
    },
    async reset(awayMs = 300) {
      await plugged.unplug();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      await plugged.plug();
    },
  };
  await plugged.plug();
  return plugged;
}
