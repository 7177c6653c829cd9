import { map as words } from '../../../i18n/map.ts';
import { createCanvasEngine } from './canvas-engine.ts';
import type { MapEngine, MapEngineOptions } from './map-engine.ts';

/** Whether this browser draws WebGL 2, be it in software. */
function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

/** WebGL where there is any, else a plain canvas, which says why. MapLibre is fetched only where it can be used. */
export async function createMapEngine(container: HTMLElement, options: MapEngineOptions): Promise<MapEngine> {
  if (!hasWebGl()) return createCanvasEngine(container, options, words.plain.noWebGl);
  try {
    const { createMaplibreEngine } = await import('./maplibre-engine.ts');
    return createMaplibreEngine(container, options);
  } catch (cause) {
    // It says it has WebGL and cannot draw with it, or the map's code cannot be had: the plain map needs neither.
    container.replaceChildren();
    return createCanvasEngine(container, options, words.plain.failed(String(cause).slice(0, 200)));
  }
}
