import { expect, test } from 'vitest';
import { FakeSerial } from './fake-serial.ts';
import { FakeUsb } from './fake-usb.ts';
import { findSerial } from './serial-source.ts';

test('Web Serial comes first', async () => {
  const serial = new FakeSerial();
  const source = await findSerial({ isSecureContext: true, navigator: { serial, usb: new FakeUsb() } });
  expect(source).toEqual({ is: 'serial', serial });
});

test('WebUSB where there is no Web Serial', async () => {
  const source = await findSerial({ isSecureContext: true, navigator: { usb: new FakeUsb() } });
  expect(source.is).toBe('webusb');
});

test.each([
  [{ isSecureContext: true, navigator: {} }, 'no-web-serial', /neither/],
  [{ isSecureContext: false, navigator: { serial: new FakeSerial() } }, 'serial-not-allowed', /https/],
] as const)('none, and why: %#', async (around, code, why) => {
  expect(await findSerial(around)).toEqual({ is: 'none', error: { code, message: expect.stringMatching(why) } });
});

test('a permissions policy that forbids it', async () => {
  const serial = new FakeSerial();
  serial.refuses = new DOMException(
    'Access to the feature "serial" is disallowed by permissions policy.',
    'SecurityError',
  );
  expect(await findSerial({ isSecureContext: true, navigator: { serial } })).toMatchObject({
    is: 'none',
    error: { code: 'serial-not-allowed', message: expect.stringContaining('permissions policy') },
  });
});
