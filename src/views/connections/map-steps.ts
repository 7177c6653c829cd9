import type { MapNode } from './map-layout.ts';

/** The box that an arrow key leads to: the nearest one in that direction, by columns and then by rows. */
export function nextNode(nodes: readonly MapNode[], from: string, key: string): string | undefined {
  const here = nodes.find(({ id }) => id === from);
  if (here === undefined) return undefined;
  const middle = (node: MapNode) => node.y + node.height / 2;
  const nearest = (among: readonly MapNode[], distance: (node: MapNode) => number) =>
    among.reduce<MapNode | undefined>(
      (best, node) => (best === undefined || distance(node) < distance(best) ? node : best),
      undefined,
    )?.id;
  const vertical = (node: MapNode) => Math.abs(middle(node) - middle(here));
  switch (key) {
    case 'ArrowDown':
      return nearest(
        nodes.filter((node) => node.x === here.x && node.y > here.y),
        vertical,
      );
    case 'ArrowUp':
      return nearest(
        nodes.filter((node) => node.x === here.x && node.y < here.y),
        vertical,
      );
    case 'ArrowRight':
    case 'ArrowLeft': {
      const right = key === 'ArrowRight';
      const beyond = nodes.filter((node) => (right ? node.x > here.x : node.x < here.x));
      const column = right ? Math.min(...beyond.map(({ x }) => x)) : Math.max(...beyond.map(({ x }) => x));
      return nearest(
        beyond.filter(({ x }) => x === column),
        vertical,
      );
    }
    default:
      return undefined;
  }
}
