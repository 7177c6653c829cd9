import { CONTRACT_VERSION } from '../../../src/contract/version.ts';
import { DEFAULT_LIMITS } from '../../config.ts';
import { type HyphaeServer, startServer } from '../../hyphae-server.ts';
import { boardStatus } from '../../live/raw-client.ts';
import { ShortNames, Talker } from './talk.ts';

export type Transcripts = Readonly<Record<string, readonly string[]>>;

const CHANNEL = 'events/lab.notes';
/** So little that a few records push the oldest out. */
const SMALL_LOG_BYTES = 2_000;

/** Has the conversations of the document with a real server. The same text each time. */
export async function recordTranscripts(): Promise<Transcripts> {
  const config = { ...DEFAULT_LIMITS, port: 0, host: '127.0.0.1', dist: undefined, logLevel: 'silent', drainMs: 50 };
  const large = await startServer(config);
  const small = await startServer({ ...config, eventsLogBytes: SMALL_LOG_BYTES });
  try {
    return {
      ...(await breakAndResume(large, { first: 'first', second: 'resumed', records: 2 })),
      trimmed: (await breakAndResume(small, { first: '', second: 'trimmed', records: 9 })).trimmed ?? [],
      command: await command(large),
    };
  } finally {
    await Promise.all([large.close(), small.close()]);
  }
}

const hello = (name: string): object => ({
  t: 'hello',
  contract: CONTRACT_VERSION,
  build: 'my-client 1.0',
  client: { id: `${name}-a-long-random-secret`, name },
});

/** A reader hears one record, loses its connection while others are published, and comes back. */
async function breakAndResume(
  { port }: HyphaeServer,
  names: { readonly first: string; readonly second: string; readonly records: number },
): Promise<Transcripts> {
  const first: string[] = [];
  const second: string[] = [];
  const short = new ShortNames();
  const note = (n: number): object => ({ text: `note ${n}`, by: 'the night shift, with a torch, at the third tent' });

  const reader = await new Talker(port, 'reader', first, short).open();
  reader.say(hello('reader'));
  await reader.hear('welcome');
  reader.say({ t: 'subscribe', id: 1, channel: CHANNEL });
  await reader.hear('subscribed');
  reader.say({ t: 'publish', rid: 2, channel: CHANNEL, key: 'k-1', records: [note(1)] });
  await reader.hear('answer');
  const { epoch } = await reader.hear('events');
  await reader.cut();

  const other = await new Talker(port, 'other', [], short).open();
  other.say(hello('other'));
  other.say({ t: 'subscribe', id: 1, channel: CHANNEL, rewind: 0 });
  await other.hear('subscribed');
  for (let n = 2; n < 2 + names.records; n++) {
    other.say({ t: 'publish', channel: CHANNEL, records: [note(n)] });
    await other.hear('events');
  }
  const again = await new Talker(port, 'reader', second, short).open();
  again.say(hello('reader'));
  await again.hear('welcome');
  again.say({ t: 'subscribe', id: 1, channel: CHANNEL, since: { epoch, offset: 1 } });
  const { gap } = await again.hear('subscribed');
  const missing = (gap as { readonly count: number } | undefined)?.count ?? 0;
  for (let left = names.records - missing; left > 0; left--) await again.hear('events');
  await Promise.all([again.cut(), other.cut()]);
  return { [names.first]: first, [names.second]: second };
}

/** An owner offers a board; somebody else takes its lease and has it do something. */
async function command({ port }: HyphaeServer): Promise<string[]> {
  const lines: string[] = [];
  const short = new ShortNames();
  const owner = await new Talker(port, 'owner ', lines, short).open();
  owner.say(hello('owner'));
  await owner.hear('welcome');
  owner.say({ t: 'offer', rid: 1, board: 'b1', status: boardStatus('b1'), life: 'life-1' });
  await owner.hear('answer');

  const holder = await new Talker(port, 'holder', lines, short).open();
  holder.say(hello('holder'));
  await holder.hear('welcome');
  holder.say({ t: 'subscribe', id: 1, channel: 'device/b1/commands', rewind: 0 });
  await holder.hear('subscribed');
  holder.say({ t: 'lease', rid: 2, board: 'b1', action: 'take' });
  const { lease } = await holder.hear('answer');
  const { fence } = lease as { readonly fence: number };
  const request = { id: 'c-7f3a', board: 'b1', name: 'led', params: { on: true }, by: 'holder' };
  holder.say({ t: 'command', rid: 3, request: { ...request, deadline: Date.now() + 60_000 }, fence });
  const run = await owner.hear('run-command');
  await holder.hear('answer');
  const { deadline: _, ...asked } = run.request as Readonly<Record<string, unknown>>;
  const steps = [
    { is: 'sent', attempt: 1 },
    { is: 'accepted', rttMs: 12, answer: 'ok' },
    { is: 'done', acknowledged: true, rttMs: 12, answer: 'ok' },
  ];
  for (const [offset, state] of steps.entries()) {
    owner.say({
      t: 'command-update',
      cursor: { epoch: 'mine-1', offset },
      update: { ...asked, at: Date.now(), state },
    });
    await holder.hear('events');
  }
  holder.say({ t: 'lease', rid: 4, board: 'b1', action: 'release' });
  await holder.hear('answer');
  await Promise.all([holder.cut(), owner.cut()]);
  return lines;
}
