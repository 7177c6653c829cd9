import { createCanvasEngine } from './canvas-engine.ts';
import type { MapEngine, MapEngineOptions } from './map-engine.ts';

/** Whether this browser draws WebGL 2, be it in software. */
function hasWebGl(): boolean {
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

/** WebGL where there is any, else a plain canvas. MapLibre is fetched only where it can be used. */
export async function createMapEngine(container: HTMLElement, options: MapEngineOptions): Promise<MapEngine> {
  if (hasWebGl())
    try {
      const { createMaplibreEngine } = await import('./maplibre-engine.ts');
      return createMaplibreEngine(container, options);
    } catch {
      // It says it has WebGL and cannot draw with it, or the map's code cannot be had: the plain map needs neither.
      container.replaceChildren();
    }
  return createCanvasEngine(container, options);
}
