import type { Locator } from 'playwright-core';

/** What is drawn on a canvas now, to be compared with what was. */
export const picture = (canvas: Locator): Promise<string> =>
  canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());

/** How many points have a colour, and are neither grey as axes are nor nothing: those of the curves. */
export const colouredPixels = (canvas: Locator): Promise<number> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const pixels = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const rgb = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      if ((pixels[at + 3] ?? 0) > 128 && Math.max(...rgb) - Math.min(...rgb) > 60) count++;
    }
    return count;
  });

/** The colours of an element as it is on the screen, whatever draws it: red, green, blue, opacity of each point. */
export async function screenPixels(element: Locator): Promise<Uint8Array> {
  const png = (await element.screenshot()).toString('base64');
  const pixels = await element.page().evaluate(async (data) => {
    // Not by a fetch: the app's own policy lets nothing be fetched from a text.
    const image = await createImageBitmap(
      new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))], { type: 'image/png' }),
    );
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context?.drawImage(image, 0, 0);
    const bytes = context?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray();
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  }, png);
  return Uint8Array.from(Buffer.from(pixels, 'base64'));
}
