import type { BrowserContext } from 'playwright-core';

/**
 * Nobody can click on the chooser of a headless browser, where it stays open for ever. So this one call, and no other, is ours: it
 * gives the first granted port that fits the filters, or what closing the chooser gives.
 */
export async function stubPicker(browser: BrowserContext): Promise<void> {
  await browser.addInitScript(() => {
    if (!('serial' in navigator)) return;
    navigator.serial.requestPort = async ({ filters = [] } = {}) => {
      const ports = await navigator.serial.getPorts();
      const port = ports.find((one) => {
        const { usbVendorId, usbProductId } = one.getInfo();
        const fits = (filter: SerialPortFilter) =>
          filter.usbVendorId === usbVendorId &&
          (filter.usbProductId === undefined || filter.usbProductId === usbProductId);
        return filters.length === 0 || filters.some(fits);
      });
      if (port) return port;
      throw new DOMException('No port selected by the user.', 'NotFoundError');
    };
  });
}
