import { expect, test } from 'vitest';
import { payloadOf } from '../bus/encode.ts';
import { Lab, type LabClient } from './test-lab.ts';

const console_ = 'device/b1/console';
const note = (text: string) => ({ dir: 'note', at: 1, text, level: 'info' });

/** A board at server b, a viewer at server a who holds its lease. */
async function twoServers() {
  const lab = new Lab();
  const [a, b] = await lab.start('a', 'b');
  if (a === undefined || b === undefined) throw new Error('two servers');
  const owner = b.client('owner');
  const viewer = a.client('viewer');
  owner.offer('b1', 1);
  await lab.settle();
  viewer.lease('b1', 1, 'take');
  await lab.settle();
  const deadline = lab.clock.now() + 20_000;
  const command = (id: string, rid: number, who: LabClient = viewer): void =>
    who.command('b1', rid, id, viewer.fence(1), { deadline });
  return { lab, a, b, owner, viewer, command };
}

test('a command from another server reaches the owner once, is traced, and has one last word', async () => {
  const { lab, a, owner, viewer, command } = await twoServers();
  command('c1', 2);
  command('c1', 3);
  await lab.settle();
  expect([viewer.answer(2), viewer.answer(3)]).toMatchObject([{ ok: true }, { ok: true }]);
  expect(owner.ran).toEqual(['c1']);
  const run = owner.got.find(({ t }) => t === 'run-command');
  expect(run).toMatchObject({ from: { client: 'viewer' }, request: { by: 'viewer' } });
  owner.done('b1', 'c1');
  owner.done('b1', 'c1');
  expect(await lab.updates('b1')).toMatchObject([{ id: 'c1', state: { is: 'done' } }]);
  const lines = a.relay.audit.query({ board: 'b1', limit: 100 });
  expect(lines.map(({ what, result, who }) => [what, result, who.name])).toEqual([
    ['board.offer', 'ok', 'owner'],
    ['lease.take', 'ok', 'viewer'],
    ['command', 'ok', 'viewer'],
    ['command.end', 'ok', 'viewer'],
  ]);
  expect(lines[3]?.trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(lines[3]?.trace).toBe(lines[2]?.trace);
  expect(run?.t === 'run-command' && run.request.traceparent).toBe(lines[2]?.trace);
});

test('mail that is lost is asked again, and what it asked is done once', async () => {
  const { lab, owner, viewer, command } = await twoServers();
  let lost = 0;
  lab.loses = (from) => from === 'b' && lost++ === 0;
  viewer.say({ t: 'write', rid: 5, board: 'b1', hex: '00', by: 'x', fence: viewer.fence(1) });
  await lab.settle();
  expect(viewer.answer(5)).toBeUndefined();
  await lab.advance(2_000);
  expect(viewer.answer(5)).toMatchObject({ ok: true });
  expect(owner.got.filter(({ t }) => t === 'run-write')).toHaveLength(1);
  lab.loses = () => true;
  command('c9', 6);
  await lab.advance(2_000);
  await lab.advance(2_000);
  expect(viewer.answer(6)).toMatchObject({ ok: false, error: { code: 'command-timeout' } });
});

test('a server that is cut off says so at once for boards elsewhere, and goes on with its own', async () => {
  const { lab, a, b, owner, viewer, command } = await twoServers();
  a.degraded = true;
  command('c1', 2);
  await lab.settle();
  expect(viewer.answer(2)).toMatchObject({ ok: false, error: { code: 'bus-down' }, retryAfterMs: 1_000 });
  a.degraded = false;
  b.degraded = true;
  const near = b.client('near');
  near.lease('b1', 1, 'take-over', 'the others are away');
  near.command('b1', 2, 'c2', near.fence(1), { deadline: lab.clock.now() + 1_000 });
  await lab.settle();
  expect(near.answer(2)).toMatchObject({ ok: true });
  expect(owner.ran).toEqual(['c2']);
});

test('an owner who comes back within its grace finds lease, watchers and commands; each is done once', async () => {
  const { lab, a, owner, viewer, command } = await twoServers();
  a.relay.boards.watch(viewer, 'b1', 1);
  owner.say({ t: 'records', channel: console_, epoch: 'hub', from: 0, records: [note('1'), note('2')] });
  command('sent', 2);
  await lab.settle();
  const fence = viewer.fence(1);
  owner.leave();
  expect(await lab.record('b1')).toMatchObject({
    online: false,
    lease: { client: 'viewer', fence },
    watchers: [{ client: 'viewer' }],
  });
  command('queued', 3);
  expect(await lab.updates('b1')).toMatchObject([{ id: 'queued', state: { is: 'queued' } }]);
  await lab.advance(9_000);
  // At another server than before: that one is the board's home now.
  const again = a.client('owner');
  again.offer('b1', 1);
  await lab.settle();
  expect(again.answer(1)).toMatchObject({
    ok: true,
    have: [{ channel: console_, cursor: { epoch: 'hub', offset: 2 } }],
  });
  expect(again.ran).toEqual(['sent', 'queued']);
  expect(await lab.record('b1')).toMatchObject({
    online: true,
    home: 'a',
    lease: { client: 'viewer', fence },
    watchers: [{ client: 'viewer' }],
  });
  again.done('b1', 'sent');
  again.done('b1', 'queued');
  command('sent', 4);
  await lab.settle();
  expect(viewer.answer(4)).toMatchObject({ ok: true });
  expect(again.ran).toEqual(['sent', 'queued']);
  const finals = (await lab.updates('b1')).filter(({ state }) => state.is === 'done');
  expect(finals.map(({ id }) => id)).toEqual(['sent', 'queued']);
});

test('an owner who stays away: commands get their last word, the lease ends, the board is kept and then forgotten', async () => {
  const { lab, a, owner, viewer, command } = await twoServers();
  command('c1', 2);
  await lab.settle();
  owner.leave();
  await lab.advance(10_000);
  expect(await lab.record('b1')).toMatchObject({ online: false });
  expect((await lab.record('b1'))?.lease).toBeUndefined();
  expect(await lab.updates('b1')).toMatchObject([
    {
      id: 'c1',
      state: { is: 'failed', error: { code: 'owner-offline', message: expect.stringContaining('may have acted') } },
    },
  ]);
  viewer.lease('b1', 3, 'take');
  await lab.settle();
  expect(viewer.answer(3)).toMatchObject({ ok: false, error: { code: 'owner-offline' } });
  await lab.advance(lab.limits.boardKeptMs);
  expect(await lab.record('b1')).toBeUndefined();
  expect(a.relay.boards.has('b1')).toBe(false);
});

test('the home dies: one of the others keeps the board for its owner, who finds everything where it comes back', async () => {
  const lab = new Lab();
  const [a, b, c] = await lab.start('a', 'b', 'c');
  if (!a || !b || !c) throw new Error('three servers');
  const owner = c.client('owner');
  const viewer = b.client('viewer');
  owner.offer('b1', 1);
  await lab.settle();
  viewer.lease('b1', 1, 'take');
  await lab.settle();
  const fence = viewer.fence(1);
  const deadline = lab.clock.now() + 20_000;
  owner.say({ t: 'records', channel: console_, epoch: 'hub', from: 0, records: [note('1')] });
  viewer.command('b1', 2, 'c1', fence, { deadline });
  await lab.settle();
  lab.kill(c);
  // Asked while nobody knows yet that the home is dead.
  viewer.command('b1', 3, 'c2', fence, { deadline });
  await lab.settle();
  expect(viewer.answer(3)).toBeUndefined();
  await lab.notice(c);
  expect(await lab.record('b1')).toMatchObject({ online: false, home: 'a', lease: { fence } });
  expect([a, b].map(({ relay }) => relay.stats().boards)).toEqual([1, 0]);
  expect(viewer.answer(3)).toMatchObject({ ok: true });
  const again = b.client('owner');
  again.offer('b1', 1);
  await lab.settle();
  expect(again.answer(1)).toMatchObject({ ok: true, have: [{ cursor: { epoch: 'hub', offset: 1 } }] });
  expect(await lab.record('b1')).toMatchObject({ online: true, home: 'b', lease: { fence } });
  expect([a, b].map(({ relay }) => relay.stats().boards)).toEqual([0, 1]);
  expect(again.ran).toEqual(['c1', 'c2']);
  again.done('b1', 'c1');
  again.done('b1', 'c2');
  viewer.lease('b1', 5, 'renew');
  viewer.lease('b1', 6, 'release');
  viewer.lease('b1', 7, 'take');
  await lab.settle();
  expect(viewer.fence(5)).toBe(fence);
  expect(viewer.fence(7)).toBeGreaterThan(fence);
  const finals = (await lab.updates('b1')).filter(({ state }) => state.is === 'done');
  expect(finals.map(({ id }) => id)).toEqual(['c1', 'c2']);
});

test('the home dies, and whoever asked it is answered by the one that takes the board: its own server', async () => {
  const { lab, a, b, viewer, command } = await twoServers();
  lab.kill(b);
  command('c1', 2);
  viewer.say({ t: 'write', rid: 3, board: 'b1', hex: '00', by: 'x', fence: viewer.fence(1) });
  await lab.settle();
  await lab.notice(b);
  expect(a.relay.boards.isHome('b1')).toBe(true);
  expect(viewer.answer(2)).toMatchObject({ ok: true });
  expect(viewer.answer(3)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('may have been sent') },
  });
});

test('the home dies and the owner is faster than who would take the board: the owner’s server is the home', async () => {
  const { lab, a, b, viewer } = await twoServers();
  lab.kill(b);
  const again = a.client('owner');
  again.offer('b1', 1);
  await lab.settle();
  await lab.notice(b);
  expect(again.answer(1)).toMatchObject({ ok: true });
  expect(await lab.record('b1')).toMatchObject({ online: true, home: 'a', lease: { fence: viewer.fence(1) } });
});

test('an owner that lost its memory is not handed a command again that it may have done', async () => {
  const { lab, a, owner, command } = await twoServers();
  command('c1', 2);
  await lab.settle();
  owner.leave();
  const reborn = a.client('owner');
  reborn.offer('b1', 1, 'life-2');
  await lab.settle();
  expect(reborn.ran).toEqual([]);
  expect(await lab.updates('b1')).toMatchObject([
    { id: 'c1', state: { is: 'failed', error: { code: 'command-timeout' } } },
  ]);
});

test('a home that died after publishing a last word: its next home does not say another', async () => {
  const { lab, a, b, owner, command } = await twoServers();
  command('c1', 2);
  await lab.settle();
  // The last word goes out, the note that it did does not.
  lab.bus.publish('device/b1/commands', {
    t: 'events',
    records: [
      { id: 'c1', board: 'b1', name: 'status', params: {}, by: 'x', at: 1, state: { is: 'done', acknowledged: true } },
    ],
  });
  await lab.settle();
  lab.kill(b);
  await lab.notice(b);
  const again = a.client('owner');
  again.offer('b1', 1);
  await lab.settle();
  expect(again.ran).toEqual([]);
  await lab.advance(lab.limits.commandMs * 3);
  expect(await lab.updates('b1')).toHaveLength(1);
  expect(owner.ran).toEqual(['c1']);
});

test('a stopping server hands its boards over at once', async () => {
  const { lab, a, b, owner, viewer } = await twoServers();
  void b.relay.drain();
  owner.leave();
  await b.relay.drain();
  b.relay.close();
  expect(await lab.record('b1')).toMatchObject({ online: false, home: 'a', lease: { fence: viewer.fence(1) } });
  lab.kill(b);
  const again = a.client('owner');
  again.offer('b1', 1);
  await lab.settle();
  expect(await lab.record('b1')).toMatchObject({ online: true, home: 'a', lease: { fence: viewer.fence(1) } });
});

test('a server that was thought lost keeps the board whose owner it still has', async () => {
  const { lab, a, b, viewer } = await twoServers();
  a.hearLost('b');
  await lab.settle();
  expect(await lab.record('b1')).toMatchObject({ online: true, home: 'b', lease: { fence: viewer.fence(1) } });
  expect([a, b].map(({ relay }) => relay.stats().boards)).toEqual([0, 1]);
});

test('a home that was cut off takes up what others asked its board meanwhile: the command is done, and has one last word', async () => {
  const { lab, a, b, owner, viewer, command } = await twoServers();
  b.cutOff();
  a.hearLost('b');
  await lab.settle();
  command('meanwhile', 2);
  await lab.settle();
  expect(viewer.answer(2)).toMatchObject({ ok: true });
  b.mend();
  await lab.settle();
  expect(await lab.record('b1')).toMatchObject({ online: true, home: 'b', lease: { fence: viewer.fence(1) } });
  expect(owner.ran).toEqual(['meanwhile']);
  owner.done('b1', 'meanwhile');
  await lab.advance(lab.limits.commandMs * 3);
  const states = (await lab.updates('b1')).map(({ state }) => state.is);
  expect(states).toEqual(['queued', 'done']);
});

test('a home that was cut off for longer than the others waited: they have said a last word, and nobody says another', async () => {
  const { lab, a, b, owner, command } = await twoServers();
  command('early', 2);
  command('late', 3);
  await lab.settle();
  b.cutOff();
  a.hearLost('b');
  await lab.settle();
  await lab.advance(10_000);
  // The board did act; where it is, that is known.
  owner.done('b1', 'early');
  b.mend();
  await lab.settle();
  owner.done('b1', 'late');
  const updates = await lab.updates('b1');
  expect(updates.map(({ id, state }) => `${id} ${state.is}`)).toEqual(['early failed', 'late failed']);
  expect(b.relay.stats()).toMatchObject({ boards: 1, commands: 0 });
  // What is known of it is not lost.
  const ends = a.relay.audit.query({ board: 'b1', limit: 100 }).filter(({ what }) => what === 'command.end');
  expect(ends.map(({ node, detail, result }) => [node, detail.id, result])).toContainEqual(['b', 'early', 'ok']);
});

test('who watches elsewhere is told to the home, not more often than four times a second, and forgotten with its server', async () => {
  const { lab, a, b } = await twoServers();
  lab.mails.length = 0;
  const crowd = Array.from({ length: 20 }, (_, index) => a.client(`w${index}`));
  for (const watcher of crowd) a.relay.boards.watch(watcher, 'b1', 1);
  await lab.advance(300);
  await lab.advance(300);
  expect(lab.mails.length).toBeLessThanOrEqual(2);
  expect((await lab.record('b1'))?.watchers).toHaveLength(20);
  lab.kill(a);
  await lab.notice(a);
  expect((await lab.record('b1'))?.watchers).toEqual([]);
  expect(b.relay.boards.has('b1')).toBe(true);
});

test('a take-over at another server tells the former holder who and why, and its commands are late', async () => {
  const { lab, a, b, owner, viewer, command } = await twoServers();
  const other = b.client('other');
  other.lease('b1', 1, 'take');
  other.lease('b1', 2, 'take-over');
  other.lease('b1', 3, 'take-over', 'the pump must stop');
  await lab.settle();
  expect(other.answer(1)).toMatchObject({ error: { code: 'lease-held' } });
  expect(other.answer(2)).toMatchObject({ error: { code: 'bad-message' } });
  expect(await lab.record('b1')).toMatchObject({
    lease: { client: 'other', takenFrom: { client: 'viewer', name: 'viewer', reason: 'the pump must stop' } },
  });
  command('late', 8);
  viewer.lease('b1', 9, 'take-over', 'no, mine');
  await lab.settle();
  expect(owner.ran).toEqual([]);
  expect(viewer.answer(8)).toMatchObject({ error: { code: 'lease-held' } });
  expect(viewer.answer(9)).toMatchObject({ error: { code: 'lease-held' }, retryAfterMs: 3_000 });
  const lines = a.relay.audit.query({ who: 'other', limit: 10 }).filter(({ result }) => result === 'ok');
  expect(lines).toMatchObject([{ what: 'lease.take-over', detail: { reason: 'the pump must stop' } }]);
});

test('a holder who leaves keeps the lease for its grace, at whichever server the board is', async () => {
  const { lab, viewer } = await twoServers();
  viewer.leave();
  await lab.settle();
  await lab.advance(lab.limits.leaseGraceMs + 1);
  expect((await lab.record('b1'))?.lease).toBeUndefined();
});

test('roles: who may only watch may stop a board, and nothing else', async () => {
  const { lab, a, owner } = await twoServers();
  const guest = a.client('guest', (verb) => verb === 'watch');
  guest.lease('b1', 1, 'take-over', 'why not');
  guest.command('b1', 2, 'g1', 0, { deadline: lab.clock.now() + 1_000 });
  guest.command('b1', 3, 'g2', 0, { name: 'estop', deadline: lab.clock.now() + 1_000 });
  guest.offer('b2', 4);
  await lab.settle();
  expect([1, 2, 3, 4].map((rid) => guest.answer(rid)?.ok)).toEqual([false, false, true, false]);
  expect(owner.ran).toEqual(['g2']);
  const refused = a.relay.audit.query({ who: 'guest', limit: 10 }).map(({ what, result }) => [what, result]);
  expect(refused).toEqual([
    ['lease.take-over', 'not-allowed'],
    ['command', 'not-allowed'],
    ['board.offer', 'not-allowed'],
    ['command', 'ok'],
  ]);
});

test('a lease’s holder does not call back an emergency stop', async () => {
  const { lab, a, owner, viewer } = await twoServers();
  const guest = a.client('guest', (verb) => verb === 'watch');
  owner.leave();
  guest.command('b1', 2, 'stop', 0, { name: 'estop', deadline: lab.clock.now() + 20_000 });
  await lab.settle();
  viewer.say({ t: 'cancel-command', rid: 3, board: 'b1', id: 'stop', fence: viewer.fence(1) });
  await lab.settle();
  expect(viewer.answer(3)).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
  const again = a.client('owner');
  again.offer('b1', 1);
  await lab.settle();
  expect(again.ran).toEqual(['stop']);
});

test.for([60_000, -60_000])(
  'a home whose clock is %i ms ahead: a deadline is as far away as whoever asked meant',
  async (aheadMs) => {
    const { lab, a, b, owner } = await twoServers();
    b.aheadMs = aheadMs;
    const guest = a.client('guest', (verb) => verb === 'watch');
    guest.command('b1', 2, 'stop', 0, { name: 'estop', deadline: lab.clock.now() + 5_000 });
    await lab.settle();
    expect(guest.answer(2)).toMatchObject({ ok: true });
    const run = owner.got.find(({ t }) => t === 'run-command');
    expect(run).toMatchObject({ request: { deadline: lab.clock.now() + aheadMs + 5_000 } });
  },
);

test('a board that is withdrawn while a command is under way: whoever reads its commands hears the last word', async () => {
  const { lab, owner, viewer, command } = await twoServers();
  const { channel } = await lab.bus.openLog('device/b1/commands');
  const heard: string[] = [];
  let next = channel.nextSeq;
  const wake = (): void => {
    for (; next < channel.nextSeq; next++) {
      const entry = channel.entry(next);
      if (entry?.is === 'events')
        for (const { id, state } of JSON.parse(payloadOf(entry).toString()).records) heard.push(`${id} ${state.is}`);
    }
  };
  channel.addReader({ wake });
  command('c1', 2);
  await lab.settle();
  expect(owner.ran).toEqual(['c1']);
  owner.say({ t: 'withdraw', board: 'b1' });
  await lab.settle();
  wake();
  expect(heard).toEqual(['c1 failed']);
  expect(viewer.answer(2)).toMatchObject({ ok: true });
});

test.for([60_000, -60_000])(
  'a home whose clock is %i ms ahead dies: the lease goes on at the next one for as long as it had left',
  async (aheadMs) => {
    const { lab, a, b, viewer } = await twoServers();
    b.aheadMs = aheadMs;
    viewer.lease('b1', 5, 'take');
    await lab.settle();
    lab.kill(b);
    await lab.advance(3_000);
    await lab.notice(b);
    expect(await lab.record('b1')).toMatchObject({ home: 'a', lease: { fence: viewer.fence(5) } });
    a.client('owner').offer('b1', 1);
    await lab.settle();
    await lab.advance(lab.limits.leaseMs - 3_001);
    expect((await lab.record('b1'))?.lease).toMatchObject({ fence: viewer.fence(5) });
    await lab.advance(1);
    expect((await lab.record('b1'))?.lease).toBeUndefined();
  },
);
