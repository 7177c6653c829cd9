import { expect, test } from 'vitest';
import type { UpstreamAction } from '../../../src/contract/hub-api.ts';
import { Channels } from '../channels.ts';
import { FakeClock, fakeEnv, settle } from '../fake-world.ts';
import { loadedUpstreams } from './loaded-upstreams.ts';
import type { HubUpstreams, OpenUpstreams } from './net.ts';

const done = { ok: true, value: undefined } as const;

/** What is asked before the file is there; `loads` says what becomes of each try to fetch it. */
function startHub(loads: (() => Promise<OpenUpstreams>)[]) {
  const clock = new FakeClock();
  const env = fakeEnv({}, clock);
  const channels: Channels = new Channels('hub-epoch', env, (name, wanted) => upstreams.demand(name, wanted));
  const said: string[] = [];
  const real: HubUpstreams = {
    open: () => void said.push('open'),
    close: () => void said.push('close'),
    serverBack: () => void said.push('server back'),
    demand: (name, wanted) => void said.push(`${name} ${wanted}`),
    act: async (action: UpstreamAction) => {
      said.push(action.do);
      return done;
    },
  };
  const upstreams = loadedUpstreams(async () => {
    const load = loads.shift();
    if (load === undefined) throw new Error('fetched once too often');
    await load();
    return () => real;
  })(env, channels);
  return { clock, channels, upstreams, said };
}

const arrives = async (): Promise<OpenUpstreams> => () => {
  throw new Error('the pretended one is taken');
};
const fails = (): Promise<OpenUpstreams> => Promise.reject(new Error('404'));

test('what was looked at, opened and asked while the file was on its way is so with the real ones', async () => {
  const { upstreams, channels, said } = startHub([arrives]);
  upstreams.open();
  channels.read('state/up/crep/aircraft', { sub: 1, wake: () => undefined });
  const answer = upstreams.act({ do: 'list-feeds' });
  expect(said).toEqual([]);
  expect(await answer).toEqual(done);
  expect(said).toEqual(['state/up/crep/aircraft true', 'open', 'list-feeds']);
});

test('closed before the file came, nothing is opened by it', async () => {
  const { upstreams, said } = startHub([arrives]);
  upstreams.open();
  upstreams.close();
  await settle();
  expect(said).toEqual([]);
});

test('a file that does not come is told, and whoever asks has an answer in place of silence', async () => {
  const { upstreams, channels, clock, said } = startHub([fails, arrives]);
  upstreams.open();
  const early = upstreams.act({ do: 'list-feeds' });
  await settle();
  expect(channels.state('upstreams')?.get('upstreams')).toMatchObject({ via: 'none' });
  expect(await early).toMatchObject({ ok: false, error: { code: 'upstream-not-reachable' } });
  expect(await upstreams.act({ do: 'list-feeds' })).toMatchObject({ ok: false });
  await clock.advance(2_000);
  expect(channels.state('upstreams')?.get('upstreams')).toBeUndefined();
  expect(await upstreams.act({ do: 'list-feeds' })).toEqual(done);
  expect(said).toEqual(['open', 'list-feeds']);
});
