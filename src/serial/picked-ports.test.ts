import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { rememberPicked, wasPicked } from './picked-ports.ts';

test('a kind of port is remembered, with and without USB ids', async () => {
  expect(await wasPicked({ usbVendorId: 0x2341, usbProductId: 1 })).toBe(false);
  await rememberPicked({ usbVendorId: 0x2341, usbProductId: 1 });
  await rememberPicked({});
  expect(await wasPicked({ usbVendorId: 0x2341, usbProductId: 1 })).toBe(true);
  expect(await wasPicked({ usbVendorId: 0x2341, usbProductId: 2 })).toBe(false);
  expect(await wasPicked({})).toBe(true);
});
