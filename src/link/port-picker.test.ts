import { expect, test } from 'vitest';
import { USB_FILTERS } from '../boards/catalog.ts';
import { FakeSerial } from '../serial/fake-serial.ts';
import type { UsbFilter, UsbIds } from '../serial/serial-like.ts';
import { pickBoard } from './port-picker.ts';

function picking(answer: (bus: FakeSerial) => Promise<ReturnType<FakeSerial['plug']>>) {
  const bus = new FakeSerial();
  const asked: (UsbFilter[] | undefined)[] = [];
  const remembered: UsbIds[] = [];
  const serial = Object.assign(bus, {
    requestPort: ({ filters }: { readonly filters?: UsbFilter[] }) => {
      asked.push(filters);
      return answer(bus);
    },
  });
  const pick = (showAll: boolean) =>
    pickBoard({
      showAll,
      around: { isSecureContext: true, navigator: { serial } },
      remember: async (usb) => void remembered.push(usb),
    });
  return { pick, asked, remembered };
}

test('offers the boards’ kinds, or all when asked; a strange choice is remembered', async () => {
  let usb: UsbIds = { usbVendorId: 0x303a, usbProductId: 0x1001 };
  const { pick, asked, remembered } = picking(async (bus) => bus.plug(usb));
  expect(await pick(false)).toEqual({ ok: true, value: usb });
  usb = {};
  expect(await pick(true)).toEqual({ ok: true, value: {} });
  expect(asked).toEqual([USB_FILTERS, undefined]);
  expect(remembered).toEqual([{}]);
});

test('a closed picker is an error to keep silent about', async () => {
  const { pick } = picking(() => Promise.reject(new DOMException('No port selected by the user.', 'NotFoundError')));
  expect(await pick(false)).toEqual({
    ok: false,
    error: { code: 'picker-cancelled', message: 'No port selected by the user.' },
  });
});

test('no way to serial ports: the reason is handed on', async () => {
  const around = { isSecureContext: true, navigator: {} };
  expect(await pickBoard({ showAll: false, around })).toMatchObject({
    ok: false,
    error: { code: 'no-web-serial' },
  });
});
