import type { BoardFamily } from '../board.ts';

/** For the port picker (board contract §1): ESP32-S3 native USB, CP210x bridge, CH340 bridge. */
export const USB_FILTERS: BoardFamily['usbFilters'] = [
  { usbVendorId: 0x303a },
  { usbVendorId: 0x10c4 },
  { usbVendorId: 0x1a86 },
];

/** The phantom serial port of a server's management controller. */
export const NOT_BOARDS: BoardFamily['notBoards'] = [{ usbVendorId: 0x046b, usbProductId: 0xffb0 }];
