import type { AppError } from '../contract/error-codes.ts';
import type { SerialLike } from './serial-like.ts';
import type { UsbLike } from './webusb-port.ts';

/** Which way to serial ports this browser offers, or why none. */
export type SerialSource =
  | { readonly is: 'serial' | 'webusb'; readonly serial: SerialLike }
  | { readonly is: 'none'; readonly error: AppError };

/** The part of `globalThis` that is looked at; a test hands in its own. */
export interface SerialSurroundings {
  readonly isSecureContext: boolean;
  readonly navigator: { readonly serial?: SerialLike; readonly usb?: UsbLike };
}

/** Web Serial where there is one, else WebUSB. The WebUSB library is loaded only then: most people never need it. */
export async function findSerial(around: SerialSurroundings): Promise<SerialSource> {
  if (!around.isSecureContext) {
    return none(
      'serial-not-allowed',
      'the page came over http from another computer: open it over https or on localhost',
    );
  }
  const { serial, usb } = around.navigator;
  if (serial !== undefined) return (await refusal(serial)) ?? { is: 'serial', serial };
  if (usb !== undefined) {
    const { makeWebUsbSerial } = await import('./webusb-port.ts');
    const adapted = makeWebUsbSerial(usb);
    return (await refusal(adapted)) ?? { is: 'webusb', serial: adapted };
  }
  return none('no-web-serial', 'this browser has neither Web Serial nor WebUSB');
}

/** A permissions policy or an administrator shows itself only when the ports are asked for. */
async function refusal(serial: SerialLike): Promise<{ readonly is: 'none'; readonly error: AppError } | undefined> {
  try {
    await serial.getPorts();
    return undefined;
  } catch (cause) {
    return none('serial-not-allowed', cause instanceof Error ? cause.message : String(cause));
  }
}

const none = (code: AppError['code'], message: string) => ({ is: 'none', error: { code, message } }) as const;
