import { createRoot, createSignal } from 'solid-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Outcome } from '../contract/hub-api.ts';
import { createUpstreamAct, type UpstreamActOptions } from './create-act.ts';
import type { HubLink, LinkStatus } from './link.ts';

const CONNECTED = { is: 'connected' } as LinkStatus;
const NO: Outcome<unknown> = { ok: false, error: { code: 'upstream-refused', message: 'busy' } };

/** A link whose answers are given by hand. */
function fakeLink(first: LinkStatus = CONNECTED) {
  let status = first;
  const listeners = new Set<(status: LinkStatus) => void>();
  const asked: ((outcome: Outcome<unknown>) => void)[] = [];
  const link = {
    status: () => status,
    onStatus(listener: (status: LinkStatus) => void) {
      listeners.add(listener);
      listener(status);
      return () => listeners.delete(listener);
    },
    ask: () => new Promise<Outcome<unknown>>((resolve) => asked.push(resolve)),
  } as unknown as HubLink;
  return {
    link,
    asked,
    listeners,
    become(next: LinkStatus) {
      status = next;
      for (const listener of [...listeners]) listener(next);
    },
    async answer(outcome: Outcome<unknown>) {
      asked.shift()?.(outcome);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

const made = (link: HubLink, options: Partial<UpstreamActOptions> = {}) =>
  createRoot((dispose) => ({
    act: createUpstreamAct(link, { upstream: 'mas-scientific', call: 'experiment.start', ...options }),
    dispose,
  }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the upstream’s yes is only accepted; done comes when its effect is in the data', async () => {
  const { link, answer } = fakeLink();
  const [status, setStatus] = createSignal('pending');
  const { act, dispose } = made(link, { seen: () => status() === 'running' });
  act.start({ id: 'E-1' });
  expect(act.state()).toMatchObject({ is: 'sent' });
  await answer({ ok: true, value: { status: 'running' } });
  expect(act.state()).toMatchObject({ is: 'accepted' });
  await vi.advanceTimersByTimeAsync(700);
  setStatus('running');
  expect(act.state()).toMatchObject({ is: 'done', tookMs: 700 });
  dispose();
});

test('accepted and never seen is unconfirmed, not done; a late sign does not change what was said', async () => {
  const { link, answer } = fakeLink();
  const [status, setStatus] = createSignal('pending');
  const { act, dispose } = made(link, { seen: () => status() === 'running', seenMs: 5_000 });
  act.start({});
  await answer({ ok: true, value: undefined });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(act.state()).toMatchObject({ is: 'unconfirmed' });
  setStatus('running');
  expect(act.state()).toMatchObject({ is: 'unconfirmed' });
  dispose();
});

test('a no is failed with its reason, can be dismissed and tried again', async () => {
  const { link, answer } = fakeLink();
  const { act, dispose } = made(link);
  act.start({});
  await answer(NO);
  expect(act.state()).toMatchObject({ is: 'failed', error: { message: 'busy' } });
  act.reset();
  expect(act.state()).toEqual({ is: 'idle' });
  act.start({});
  await answer({ ok: true, value: 3 });
  expect(act.state()).toMatchObject({ is: 'done' });
  dispose();
});

test('pressing twice asks once', async () => {
  const { link, asked } = fakeLink();
  const { act, dispose } = made(link);
  act.start({});
  act.start({});
  act.reset();
  expect(asked).toHaveLength(1);
  expect(act.state()).toMatchObject({ is: 'sent' });
  dispose();
});

test('without a hub it waits, and is sent once when there is one', async () => {
  const { link, asked, become, listeners, answer } = fakeLink({
    is: 'restarting',
    since: 0,
    restarts: 1,
  } as LinkStatus);
  const { act, dispose } = made(link);
  act.start({});
  expect(act.state()).toMatchObject({ is: 'queued' });
  become(CONNECTED);
  become(CONNECTED);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1);
  expect(listeners.size).toBe(0);
  await answer({ ok: true, value: 1 });
  expect(act.state()).toMatchObject({ is: 'done' });
  dispose();
});
