import { type Accessor, createEffect, createMemo, createSignal, mapArray, on, onCleanup } from 'solid-js';
import { now } from '../../components/now.ts';
import type { BoardStatus } from '../../contract/board-status.ts';
import type { BoardValue } from '../../contract/board-value.ts';
import { boardChannel, type ChannelName } from '../../contract/channel.ts';
import type { BuoyRecord, DeviceRecord, MeshNodeRecord, ReadingsRecord } from '../../contract/upstream/mas-devices.ts';
import type { MycorrhizaeDevice } from '../../contract/upstream/mycorrhizae.ts';
import type { NatureosDevice } from '../../contract/upstream/natureos.ts';
import type { RedisMeasured } from '../../contract/upstream/redis.ts';
import { type UpstreamSlug, upstreamChannel } from '../../contract/upstream/upstream.ts';
import { createSource } from '../../link/create-source.ts';
import { createState } from '../../link/create-state.ts';
import { createUpstreams } from '../../link/create-upstreams.ts';
import { useLink } from '../../link/link-context.ts';
import { mergeFleet } from '../../upstreams/fleet/merge-fleet.ts';
import { keep, kept, remember } from './kept-devices.ts';
import {
  boardSighting,
  buoySighting,
  masSighting,
  meshSighting,
  messageSighting,
  natureosSighting,
} from './sightings.ts';

/** Several sources speak several times a second; nobody reads a list that fast. */
const EVERY_MS = 1_000;
const KEEP_EVERY_MS = 15_000;
const SLUGS = ['mas-devices', 'natureos', 'mycorrhizae', 'redis'] as const satisfies readonly UpstreamSlug[];

/** Every device of every source as one list, while `shown`. */
export function useFleet(shown: Accessor<boolean>) {
  const link = useLink();
  const whenShown = (name: ChannelName) => () => (shown() ? name : undefined);
  const up = <R>(slug: UpstreamSlug, part: string) =>
    createState<R>(link, whenShown(upstreamChannel('state', slug, part)), { everyMs: EVERY_MS });
  const boards = createState<BoardStatus>(link, whenShown('boards'), { everyMs: EVERY_MS });
  const mas = up<DeviceRecord>('mas-devices', 'devices');
  const readings = up<ReadingsRecord>('mas-devices', 'readings');
  const buoys = up<BuoyRecord>('mas-devices', 'buoys');
  const mesh = up<MeshNodeRecord>('mas-devices', 'mesh-nodes');
  const natureos = up<NatureosDevice>('natureos', 'devices');
  const mycorrhizae = up<MycorrhizaeDevice>('mycorrhizae', 'devices');
  const redis = up<RedisMeasured>('redis', 'devices');
  const boardValues = mapArray(
    () => boards.records.keys(),
    (id) => ({
      id,
      values: createState<BoardValue>(link, whenShown(boardChannel(id, 'values')), { everyMs: EVERY_MS }),
    }),
  );
  const all = createUpstreams(link);
  const sources = SLUGS.map((slug) => ({ slug, source: createSource(all, slug) }));

  const devices = createMemo(() => {
    const at = now();
    const values = new Map(boardValues().map((one) => [one.id, one.values.records.values()]));
    return mergeFleet(
      [
        ...boards.records.values().map((board) => boardSighting(board, values.get(board.id) ?? [], at)),
        ...mas.records.values().map((device) => masSighting(device, readings.records.get(device.id), at)),
        ...buoys.records.values().map((buoy) => buoySighting(buoy, at)),
        ...mesh.records.values().map((node) => meshSighting(node, at)),
        ...natureos.records.values().map((device) => natureosSighting(device, at)),
        ...mycorrhizae.records.values().map((device) => messageSighting('mycorrhizae', device, at)),
        ...redis.records.values().map((device) => messageSighting('redis', device, at)),
      ],
      at,
    );
  });
  const gone = createMemo(() => {
    const here = new Set(
      devices().flatMap(({ key, knownAs, sightings }) => [
        key,
        ...knownAs,
        ...sightings.map(({ id }) => id.toLowerCase()),
      ]),
    );
    return kept().filter(({ key }) => !here.has(key));
  });
  const [keptAt, setKeptAt] = createSignal(0);
  createEffect(
    on(devices, (list) => {
      if (Date.now() - keptAt() < KEEP_EVERY_MS) return;
      setKeptAt(Date.now());
      keep(remember(kept(), list));
    }),
  );
  onCleanup(() => keep(remember(kept(), devices())));

  return {
    link,
    devices,
    gone,
    sources,
    /** Whether anything was told at all. */
    ready: () => boards.ready() || mas.ready() || natureos.ready(),
  };
}

export type Fleet = ReturnType<typeof useFleet>;
