import { extremityArrow, pathCurved, pathLine, sdfCircle, sdfDiamond, sdfSquare, sdfTriangle } from 'sigma/rendering';
import type { SigmaOptions } from 'sigma/types';
import { MAX_SCALE, MIN_SCALE } from './drawing.ts';

export interface SigmaColors {
  readonly ink: string;
  readonly ground: string;
}

const UNSIGNED_BYTE = 5_121;

/** A ring in one colour and its inside in another: filled, hollow, thin. */
const BODY = {
  name: 'body',
  glsl: `
vec4 layer_body(vec4 v_ring, vec4 v_inside) {
  float edge = -context.pixelToUV * 2.0;
  return mix(v_inside, v_ring, smoothstep(edge - context.aaWidth, edge + context.aaWidth, context.sdf));
}`,
  uniforms: [],
  attributes: [
    { name: 'ring', size: 4 as const, type: UNSIGNED_BYTE, normalized: true, source: 'color' },
    { name: 'inside', size: 4 as const, type: UNSIGNED_BYTE, normalized: true, source: 'inside' },
  ],
};

/** How the library paints: everything is an attribute of the graph, and nothing is scaled by its own. */
export const optionsWith = ({ ink, ground }: SigmaColors): SigmaOptions =>
  ({
    primitives: {
      nodes: {
        shapes: [sdfCircle(), sdfSquare(), sdfDiamond(), sdfTriangle()],
        variables: { inside: { type: 'color', default: '#000000' } },
        layers: [BODY],
        label: { margin: 4, font: { family: 'system-ui, sans-serif', size: 12 }, color: ink },
      },
      edges: { paths: [pathLine(), pathCurved()], extremities: [extremityArrow()] },
    },
    styles: {
      nodes: {
        x: { attribute: 'x' },
        y: { attribute: 'y' },
        size: { attribute: 'size' },
        color: { attribute: 'color' },
        inside: { attribute: 'inside' },
        shape: { attribute: 'shape' },
        opacity: { attribute: 'opacity' },
        visibility: { attribute: 'visibility' },
        label: { attribute: 'label' },
        labelVisibility: { attribute: 'labelVisibility' },
        labelPosition: { attribute: 'labelPosition' },
        labelColor: ink,
        // Lines under a label would make it unreadable.
        labelBackgroundColor: ground,
        labelBackgroundPadding: 1,
        backdropVisibility: 'hidden',
      },
      edges: {
        size: { attribute: 'size' },
        color: { attribute: 'color' },
        opacity: { attribute: 'opacity' },
        visibility: { attribute: 'visibility' },
        path: { attribute: 'path' },
        head: { attribute: 'head' },
      },
    },
    settings: {
      autoRescale: false,
      enableNodeDrag: true,
      renderEdgeLabels: false,
      labelDensity: 1.6,
      labelGridCellSize: 90,
      labelRenderedSizeThreshold: 5,
      minCameraRatio: MIN_SCALE,
      maxCameraRatio: MAX_SCALE,
      enableCameraRotation: false,
      gestureTarget: 'graph',
      nodePickingPadding: 6,
      stagePadding: 0,
      zoomToSizeRatioFunction: (ratio: number) => Math.max(0.6, ratio ** 0.7),
      allowInvalidContainer: true,
    },
    // Its type knows the default shapes and paths alone.
  }) as unknown as SigmaOptions;
