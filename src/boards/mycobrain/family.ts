import type { BoardFamily } from '../board.ts';
import { openSession } from './session/session.ts';
import { NOT_BOARDS, USB_FILTERS } from './usb.ts';

/** MycoBrain boards, every build (board contract). */
export const MYCOBRAIN: BoardFamily = {
  name: 'MycoBrain',
  usbFilters: USB_FILTERS,
  notBoards: NOT_BOARDS,
  serial: { baudRate: 115_200, bufferSize: 65_536 },
  openSession,
};
