import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import type { EpochMs } from '../../contract/time.ts';
import { connections as words } from '../../i18n/connections.ts';
import { t } from '../../i18n/en.ts';
import type { Facts } from './facts.ts';
import { layOutMap, type MapEdge, type MapNode } from './map-layout.ts';
import { nextNode } from './map-steps.ts';
import { type RateBook, rateText } from './rate-book.ts';
import type { InspectorRow } from './row.ts';
import type { RowState } from './row-state.ts';
import { ROW_SHAPES, stateSentence } from './state-words.ts';
import './connections-map.css';

export interface ConnectionsMapProps {
  readonly facts: Facts;
  readonly rows: readonly InspectorRow[];
  readonly rates: RateBook;
  readonly now: EpochMs;
  readonly open: string | undefined;
  readonly onOpen: (row: string) => void;
}

/** Narrower, its words would not be readable: the table alone says it all. */
const LEAST_WIDTH = 560;
/** Of the words in a box, and of the bold ones in a box in trouble. */
const CHAR_PX = 6.7;
const BOLD_PX = 7.6;
const LEGEND: readonly RowState['is'][] = ['live', 'quiet', 'stale', 'retrying', 'refused', 'stopped', 'idle'];

/** Who gets what from whom, and how well. Nothing in it moves while nothing comes or goes. */
export function ConnectionsMap(props: ConnectionsMapProps): JSX.Element {
  let box: HTMLDivElement | undefined;
  const [width, setWidth] = createSignal(0);
  onMount(() => {
    if (box === undefined) return;
    const observer = new ResizeObserver((entries) => setWidth(Math.floor(entries[0]?.contentRect.width ?? 0)));
    observer.observe(box);
    onCleanup(() => observer.disconnect());
  });
  const layout = createMemo(() => layOutMap(props.facts, props.rows, width()));
  const nodeIds = createMemo(() => layout().nodes.map(({ id }) => id));
  const edgeIds = createMemo(() => layout().edges.map(({ id }) => id));
  const nodes = createMemo(() => new Map(layout().nodes.map((node) => [node.id, node])));
  const edges = createMemo(() => new Map(layout().edges.map((edge) => [edge.id, edge])));

  /** What is pointed at, or focused: a box or a line. */
  const [told, setTold] = createSignal<string>();
  const [focused, setFocused] = createSignal<string>();
  const tabStop = () => (nodes().has(focused() ?? '') ? focused() : nodeIds()[0]);
  const sentenceOf = (node: MapNode): string => {
    const rate = node.row === undefined ? undefined : props.rates.recordsPerS(node.row);
    const words_ = stateSentence(node.state, props.now);
    return `${node.name}: ${words_}${rate === undefined ? '' : `, ${words.map.recordsPerS(rateText(rate))}`}`;
  };
  const caption = (): string => {
    const id = told() ?? focused();
    const node = nodes().get(id ?? '');
    if (node !== undefined) return sentenceOf(node);
    const edge = edges().get(id ?? '');
    if (edge === undefined) return words.map.hint;
    const name = (end: string) => nodes().get(end)?.name ?? end;
    return words.map.edge(name(edge.from), name(edge.to), stateSentence(edge.state, props.now));
  };
  const open = (id: string) => {
    if (id !== 'hub') props.onOpen(id);
  };
  const onKey = (event: KeyboardEvent) => {
    const id = focused();
    if (id === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') open(id);
    else {
      const next = nextNode(layout().nodes, id, event.key);
      if (next === undefined) return;
      box?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next)}"]`)?.focus();
    }
    event.preventDefault();
  };

  return (
    <div class="map" ref={box}>
      <Show when={width() >= LEAST_WIDTH}>
        {/* biome-ignore lint/a11y/useSemanticElements: no fieldset draws lines */}
        <svg
          width={layout().width}
          height={layout().height}
          role="group"
          aria-label={words.map.label}
          onKeyDown={onKey}
          onPointerLeave={() => setTold(undefined)}
        >
          <ColumnHeads columns={layout().columns} width={layout().width} />
          <For each={edgeIds()}>
            {(id) => (
              <EdgeLine
                edge={edges().get(id)}
                strong={[told(), focused(), props.open].some((one) => isOn(edges().get(id), one))}
                onTell={() => setTold(id)}
                onOpen={open}
              />
            )}
          </For>
          <For each={nodeIds()}>
            {(id) => (
              <NodeBox
                node={nodes().get(id)}
                rate={rateOf(nodes().get(id), props.rates, props.now)}
                label={sentenceOf}
                open={props.open === id}
                tabStop={tabStop() === id}
                onTell={() => setTold(id)}
                onFocus={() => setFocused(id)}
                onBlur={() => setFocused((now) => (now === id ? undefined : now))}
                onOpen={open}
              />
            )}
          </For>
        </svg>
        <div class="map-foot">
          <p class="map-caption">{caption()}</p>
          <p class="map-legend" aria-hidden="true">
            <For each={LEGEND}>
              {(is) => (
                <span class={`legend ${is}`}>
                  {ROW_SHAPES[is]} {words.state.is[is]}
                </span>
              )}
            </For>
          </p>
        </div>
      </Show>
    </div>
  );
}

const isOn = (edge: MapEdge | undefined, id: string | undefined): boolean =>
  edge !== undefined && id !== undefined && (edge.id === id || edge.from === id || edge.to === id);

/** Read at each tick: the book itself changes in place. */
function rateOf(node: MapNode | undefined, rates: RateBook, _now: EpochMs): string {
  if (node?.row === undefined || node.id === 'relay') return '';
  const rate = rates.recordsPerS(node.row);
  return rate === undefined ? '' : words.map.recordsPerS(rateText(rate));
}

function ColumnHeads(props: {
  readonly columns: { left: number; server: number; hub: number; right: number };
  readonly width: number;
}): JSX.Element {
  return (
    <g class="map-heads">
      <text x={props.columns.left} y="12">
        {words.map.columns.left}
      </text>
      <text x={props.columns.server} y="12">
        {words.map.columns.server}
      </text>
      <text x={props.columns.hub} y="12">
        {words.map.columns.hub}
      </text>
      <text x={props.columns.right} y="12">
        {words.map.columns.right}
      </text>
    </g>
  );
}

function EdgeLine(props: {
  readonly edge: MapEdge | undefined;
  readonly strong: boolean;
  readonly onTell: () => void;
  readonly onOpen: (id: string) => void;
}): JSX.Element {
  return (
    <Show when={props.edge}>
      {(edge) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: as above
        <g
          class={`edge ${edge().state.is}`}
          classList={{ strong: props.strong }}
          data-edge={edge().id}
          data-state={edge().state.is}
          onPointerEnter={props.onTell}
          onClick={() => props.onOpen(edge().from === 'hub' ? edge().to : edge().from)}
        >
          <path class="edge-hit" d={edge().path} />
          <path class="edge-line" d={edge().path} />
          <Show when={edge().state.is !== 'live'}>
            <text class="edge-shape" x={edge().mid.x} y={edge().mid.y + 4} text-anchor="middle">
              {ROW_SHAPES[edge().state.is]}
            </text>
          </Show>
        </g>
      )}
    </Show>
  );
}

/** In a narrow box its name comes first. */
const hasRoom = (node: MapNode): boolean => node.width >= 200;

function NodeBox(props: {
  readonly node: MapNode | undefined;
  readonly rate: string;
  readonly label: (node: MapNode) => string;
  readonly open: boolean;
  readonly tabStop: boolean;
  readonly onTell: () => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
  readonly onOpen: (id: string) => void;
}): JSX.Element {
  const shortened = (node: MapNode): string => {
    const right = (hasRoom(node) ? props.rate.length : 0) + (node.simulated ? 5 : 0);
    const most =
      Math.floor((node.width - 30) / (['retrying', 'refused'].includes(node.state.is) ? BOLD_PX : CHAR_PX)) -
      (right > 0 ? right + 1 : 0);
    return node.name.length <= most ? node.name : `${node.name.slice(0, Math.max(1, most - 1))}…`;
  };
  return (
    <Show when={props.node}>
      {(node) => (
        // biome-ignore lint/a11y/useSemanticElements: there are no buttons inside of a drawing
        <g
          class={`node ${node().state.is}`}
          classList={{ open: props.open }}
          role="button"
          tabIndex={props.tabStop ? 0 : -1}
          aria-label={props.label(node())}
          data-node={node().id}
          data-state={node().state.is}
          transform={`translate(${node().x} ${node().y})`}
          onPointerEnter={props.onTell}
          onFocus={props.onFocus}
          onBlur={props.onBlur}
          onClick={() => props.onOpen(node().id)}
        >
          <rect width={node().width} height={node().height} rx="5" />
          <text x="8" y={node().height / 2 + 4}>
            <tspan class="node-shape">{ROW_SHAPES[node().state.is]}</tspan>
            <tspan x="24">{shortened(node())}</tspan>
          </text>
          <text
            class="node-rate"
            x={node().width - (node().simulated ? 38 : 8)}
            y={node().height / 2 + 4}
            text-anchor="end"
          >
            {hasRoom(node()) ? props.rate : ''}
          </text>
          <Show when={node().simulated}>
            <text class="node-tag" x={node().width - 8} y={node().height / 2 + 4} text-anchor="end">
              {t.common.provenanceTag.simulated}
            </text>
          </Show>
        </g>
      )}
    </Show>
  );
}
