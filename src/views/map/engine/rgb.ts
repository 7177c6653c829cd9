let probe: CanvasRenderingContext2D | null | undefined;

/** Any CSS colour as 0 … 1, black where it is none: the browser itself reads it. */
export function rgbOf(colour: string): readonly [number, number, number] {
  if (probe === undefined) {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    probe = canvas.getContext('2d', { willReadFrequently: true });
  }
  if (probe === null) return [0, 0, 0];
  probe.fillStyle = '#000';
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [red / 255, green / 255, blue / 255];
}

/** For libraries that read only plain colours. */
export function plainColour(colour: string): string {
  const [red, green, blue] = rgbOf(colour);
  return `rgb(${Math.round(red * 255)}, ${Math.round(green * 255)}, ${Math.round(blue * 255)})`;
}
