import type { AppError } from './error-codes.ts';

/** Page → serial worker. The ports' own traffic goes over the hub port, in the messages of `board-link.ts`. */
export type ToSerialWorker =
  /** With the hub's MessagePort transferred. Again after every hub restart: all ports are then announced anew. */
  | { readonly t: 'hub-port' }
  /** The hub died. Until the next `hub-port`, records are kept, as many as fit. */
  | { readonly t: 'hub-gone' };

/** Serial worker → page. */
export type FromSerialWorker =
  /** Once: which way to serial ports was found. */
  | { readonly t: 'source'; readonly is: 'serial' | 'webusb' }
  /** There is no way to serial ports, or the browser will not list them. */
  | { readonly t: 'trouble'; readonly error: AppError };
