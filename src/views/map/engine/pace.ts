/** A picture every quarter of a pixel that anything moves; never more than 30 a second, never less than 2. */
const [LEAST_MS, MOST_MS] = [33, 500];
/** Without a graphics card each picture costs the processor tens of milliseconds: more would leave it no time for anything else. */
const LEAST_WITHOUT_CARD_MS = 125;
/** The fastest thing that is carried on. */
const FASTEST_MPS = 260;

/** What a browser's WebGL calls itself when the processor draws for it. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Whether no graphics card draws this. A browser that does not say counts as one that has a card. */
export function isWithoutCard(gl: WebGL2RenderingContext | null): boolean {
  const says = gl?.getExtension('WEBGL_debug_renderer_info');
  return gl != null && says != null && SOFTWARE.test(String(gl.getParameter(says.UNMASKED_RENDERER_WEBGL)));
}

/** Time from one picture of what moves to the next, ms. `isNews`: reports have come since the last one. */
export function paceOf(pxPerMetre: number, isNews: boolean, withoutCard: boolean): number {
  const least = withoutCard ? LEAST_WITHOUT_CARD_MS : LEAST_MS;
  return isNews ? least : Math.max(least, Math.min(MOST_MS, 250 / (FASTEST_MPS * pxPerMetre)));
}
