import type { EpochMs } from '../../contract/time.ts';
import type { Loss } from './losses.ts';
import type { RowState } from './row-state.ts';

export const GROUPS = ['upstreams', 'boards', 'tabs', 'server'] as const;
export type RowGroup = (typeof GROUPS)[number];

/** One thing that data goes through, in the terms that all of them share. */
export interface InspectorRow {
  /** `up:<upstream>` · `line:<line>` · `board:<id>` · `tab:<id>` · `relay` · `node:<id>` · `client:<id>` · `feed:<to>` */
  readonly id: string;
  readonly group: RowGroup;
  /** The row it belongs under. */
  readonly parent: string | undefined;
  readonly name: string;
  /** What it is or where it goes, small beside the name. */
  readonly note: string;
  readonly transport: string;
  readonly state: RowState;
  readonly simulated: boolean;
  /** Since it is known; rates come of their growth. undefined: it is not counted there. */
  readonly records: number | undefined;
  readonly bytes: number | undefined;
  readonly lastAt: EpochMs | undefined;
  readonly latency: { readonly p50: number; readonly p99: number } | undefined;
  readonly rttMs: number | undefined;
  readonly losses: readonly Loss[];
  readonly subs: number | undefined;
  /** Made when somebody looks: only one row is open. */
  readonly hops: () => readonly Hop[];
  /** What `upstream({do: 'stop', id})` takes; undefined: it cannot be stopped from here. */
  readonly actOn: string | undefined;
  /** What the Messages tab can show of it. */
  readonly messages: string | undefined;
  /** Sentences for the details: who waits for it, what to do. */
  readonly remarks: () => readonly string[];
  /** Everything that is known, for the diagnosis. */
  readonly facts: unknown;
}

/** One station on the way of the data, with what it lost there. */
export interface Hop {
  readonly at: 'source' | 'usb' | 'gateway' | 'server' | 'hub' | 'tab' | 'client';
  readonly name: string;
  readonly facts: readonly string[];
  readonly losses: readonly Loss[];
  /** Not known here, and why. */
  readonly unknown?: string;
}
