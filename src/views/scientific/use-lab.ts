import { createContext, useContext } from 'solid-js';
import { createOnScreen } from '../../components/on-screen.ts';
import type { ChannelKind } from '../../contract/channel.ts';
import type { MAS_SCIENTIFIC_PARTS } from '../../contract/upstream/mas-scientific.ts';
import type { MasSourceRecord } from '../../contract/upstream/mas-topology.ts';
import { type Sourced, upstreamChannel } from '../../contract/upstream/upstream.ts';
import { createSource, type Source } from '../../link/create-source.ts';
import { type ChannelState, createState } from '../../link/create-state.ts';
import { createUpstreams, type Upstreams } from '../../link/create-upstreams.ts';
import type { HubLink } from '../../link/link.ts';
import { useLink } from '../../link/link-context.ts';
import { whileShown } from '../../link/while-shown.ts';

export const SLUG = 'mas-scientific';

/** What all panels of the view share. */
export interface Lab {
  readonly link: HubLink;
  readonly all: Upstreams;
  /** Which lists of MAS can be had now, and why not. */
  readonly lists: ChannelState<MasSourceRecord>;
}

const LabContext = createContext<Lab>();
export const LabProvider = LabContext.Provider;

export function createLab(): Lab {
  const link = useLink();
  return {
    link,
    all: createUpstreams(link),
    lists: createState<MasSourceRecord>(link, () => upstreamChannel('state', SLUG, 'service')),
  };
}

/** That of the view; a panel that stands alone has one of its own. */
export const useLab = (): Lab => useContext(LabContext) ?? createLab();

type Parts = typeof MAS_SCIENTIFIC_PARTS;
type PartOf<K extends ChannelKind> = { [P in keyof Parts]: Parts[P] extends K ? P : never }[keyof Parts];

/** One table of the lab, subscribed to only while its panel can be seen. */
export interface LabPart<R> {
  readonly ref: (element: Element) => void;
  readonly shown: () => boolean;
  readonly rows: () => readonly R[];
  readonly get: (key: string) => R | undefined;
  readonly ready: () => boolean;
  readonly source: Source;
  readonly newestAt: () => number | undefined;
  /** Of the list behind it: why it cannot be had now; undefined: it can, or nobody knows yet. */
  readonly missing: () => MasSourceRecord | undefined;
}

/**
 * `lines`: the connections that feed it, without the slug. `list`: what its list is called among the questions, if it has one.
 */
export function createLabPart<R extends Sourced>(
  lab: Lab,
  part: PartOf<'state'>,
  lines: readonly string[],
  list?: string,
): LabPart<R> {
  const { ref, shown } = createOnScreen();
  const { records, ready } = createState<R>(lab.link, whileShown(shown, upstreamChannel('state', SLUG, part)));
  return {
    ref,
    shown,
    rows: () => records.values(),
    get: (key) => records.get(key),
    ready,
    source: createSource(lab.all, SLUG, lines),
    newestAt: () => {
      const rows = records.values();
      return rows.length === 0 ? undefined : rows.reduce((newest, { at }) => Math.max(newest, at), 0);
    },
    missing: () => {
      const record = list === undefined ? undefined : lab.lists.records.get(list);
      return record?.available === false ? record : undefined;
    },
  };
}
