import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { LineStatus, UpstreamStatus, UpstreamsRecord } from '../../src/contract/upstream/status.ts';
import { type Watched, watchState } from './hub-probe.ts';

/** All upstreams of a page's hub and their connections. Looking at `hub` wakes what rests. */
export interface WatchedUpstreams {
  upstreams(): Promise<readonly UpstreamStatus[]>;
  lines(upstream?: string): Promise<readonly LineStatus[]>;
  /** What each upstream's best connection is in; `pushed`: of those that are not polled, whose silence is seen at once. */
  best(pushed?: boolean): Promise<Readonly<Record<string, LineStatus['state']['is'] | 'none'>>>;
}

const ORDER: readonly LineStatus['state']['is'][] = [
  'live',
  'stale',
  'connected-no-data',
  'connecting',
  'retrying',
  'refused',
  'stopped',
  'idle',
];

export async function watchUpstreams(page: Page): Promise<WatchedUpstreams> {
  const records: Watched<Record<string, UpstreamsRecord>> = await watchState(page, 'upstreams');
  await watchState(page, 'hub');
  const all = async () => Object.values(await records.read());
  const upstreams = async () => (await all()).filter((one): one is UpstreamStatus => one.t === 'upstream');
  const lines = async (upstream?: string) =>
    (await all()).filter(
      (one): one is LineStatus => one.t === 'line' && (upstream === undefined || one.upstream === upstream),
    );
  return {
    upstreams,
    lines,
    async best(pushed = false) {
      const [every, connections] = [await upstreams(), await lines()];
      return Object.fromEntries(
        every.map(({ id }) => {
          const states = connections
            .filter(({ upstream, transport }) => upstream === id && !(pushed && transport === 'poll'))
            .map(({ state }) => state.is);
          return [id, ORDER.find((state) => states.includes(state)) ?? 'none'];
        }),
      );
    },
  };
}

/** Every one of these has a live connection. */
export const allLive = async (watched: WatchedUpstreams, ids: readonly string[]): Promise<void> => {
  const live = Object.fromEntries(ids.map((id) => [id, 'live']));
  await expect.poll(() => watched.best(), { interval: 250 }).toMatchObject(live);
};

/** The switches of a server's simulators. */
export function simulatorsOf(origin: string) {
  const post = async (body: object): Promise<void> => {
    const response = await fetch(`${origin}/api/simulators`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  };
  return {
    fault: (slug: string, name: string, on: boolean) => post({ slug, fault: { name, on } }),
    dial: (slug: string, name: string, value: number) => post({ slug, dial: { name, value } }),
    /** Sockets and streams that each simulator has open. */
    async connections(): Promise<Readonly<Record<string, number>>> {
      const answer = (await (await fetch(`${origin}/api/simulators`)).json()) as {
        readonly simulators: readonly { readonly slug: string; readonly sockets: number; readonly streams: number }[];
      };
      return Object.fromEntries(answer.simulators.map(({ slug, sockets, streams }) => [slug, sockets + streams]));
    },
  };
}
