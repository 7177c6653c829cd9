import { createMemo, For, type JSX } from 'solid-js';
import { topology as words } from '../../i18n/topology.ts';
import type { Scene } from './scene-parts.ts';

/** What the drawing shows, in numbers, and everything it does not show, with the reason. */
export function GraphNotes(props: {
  readonly scene: Scene;
  readonly painter: 'none' | 'webgl' | 'canvas' | 'lost';
  readonly left: number;
}): JSX.Element {
  const notes = createMemo(() => {
    const { losses, nodes, edges } = props.scene;
    const shown = [...nodes.values()].filter(({ hidden }) => !hidden).length;
    const shownEdges = [...edges.values()].filter(({ hidden }) => !hidden);
    const hasTraffic = shownEdges.some(({ kind }) => kind === 'bus');
    const { graph } = words;
    return [
      graph.counts(shown, shownEdges.length),
      hasTraffic ? graph.window : graph.noTraffic,
      ...(losses.agents + props.left + losses.edges > 0
        ? [graph.notDrawn(losses.agents + props.left, losses.edges)]
        : []),
      ...(losses.filtered > 0 ? [graph.filtered(losses.filtered)] : []),
      ...(losses.selfEdges > 0 ? [graph.selfEdges(losses.selfEdges)] : []),
      ...(losses.broken > 0 ? [graph.broken(losses.broken)] : []),
      ...(losses.strangers > 0 ? [graph.strangers(losses.strangers)] : []),
      ...(props.painter === 'canvas' ? [graph.noWebgl] : []),
      ...(props.painter === 'lost' ? [graph.lost] : []),
    ];
  });
  return (
    <ul class="graph-notes soft small">
      <For each={notes()}>{(note) => <li>{note}</li>}</For>
    </ul>
  );
}
