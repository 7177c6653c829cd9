import type { BoardFamily } from '../board.ts';
import { COMMANDS } from './command/declarations.ts';
import { describeSeries } from './reading/quantities.ts';
import { openSession } from './session/session.ts';

/** MycoBrain boards, every build (board contract). */
export const MYCOBRAIN: BoardFamily = {
  name: 'MycoBrain',
  usbFilters: [
    // ESP32-S3 native USB, CP210x bridge, CH340 bridge.
    { usbVendorId: 0x303a },
    { usbVendorId: 0x10c4 },
    { usbVendorId: 0x1a86 },
  ],
  // The phantom serial port of a server's management controller.
  notBoards: [{ usbVendorId: 0x046b, usbProductId: 0xffb0 }],
  serial: { baudRate: 115_200, bufferSize: 65_536 },
  commands: COMMANDS,
  describeSeries,
  openSession,
};
