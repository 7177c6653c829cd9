// A board's owner and its commander on one server; says how long a command takes to the owner and its acknowledgement back.
// Arguments: port, seconds. Prints { commandMs: number[], ackMs: number[] }.
import { boardStatus, type Got, RawClient } from '../../live/raw-client.ts';

const BOARD = 'bench-board';
const EVERY_MS = 5;
/** The server refuses the 33rd that waits; on a machine that stands still for a moment, so many would come together. */
const MOST_PENDING = 16;
/** For the last acknowledgements. */
const PATIENCE_MS = 5_000;
const port = Number(process.argv[2]);
const until = performance.now() + Number(process.argv[3]) * 1_000;

const commandMs: number[] = [];
const ackMs: number[] = [];
const sentAt = new Map<string, number>();
const answeredAt = new Map<string, number>();

const headers = { authorization: process.env.AUTHORIZATION ?? '' };

const owner = await new RawClient(port, { headers }).hello('bench-owner');
owner.send({ t: 'offer', rid: 1, board: BOARD, status: boardStatus(BOARD) });
mustBeOk(await owner.answer(1));

const commander = await new RawClient(port, { headers }).hello('bench-commander');
commander.send({ t: 'subscribe', id: 1, channel: `device/${BOARD}/commands`, rewind: 0 });
await commander.message('subscribed');
commander.send({ t: 'lease', rid: 2, board: BOARD, action: 'take' });
const { fence } = mustBeOk(await commander.answer(2)).lease as { readonly fence: number };

// Its own listeners: what `RawClient` does with a message must not be in the time.
owner.socket.prependListener('message', (data: Buffer) => {
  const now = performance.now();
  const message = JSON.parse(data.toString());
  if (message.t !== 'run-command') return;
  const { deadline: _, ...entries } = message.request;
  commandMs.push(now - (sentAt.get(entries.id) ?? Number.NaN));
  const state = { is: 'done', acknowledged: true, rttMs: 1 };
  answeredAt.set(entries.id, performance.now());
  owner.send({ t: 'command-update', update: { ...entries, at: Date.now(), state } });
});
commander.socket.prependListener('message', (data: Buffer) => {
  const now = performance.now();
  const message = JSON.parse(data.toString());
  if (message.t === 'answer') mustBeOk(message);
  if (message.t !== 'events') return;
  for (const { id, state } of message.records) {
    const at = answeredAt.get(id);
    if (state.is !== 'done' || at === undefined) continue;
    ackMs.push(now - at);
    answeredAt.delete(id);
  }
});

let sent = 0;
while (performance.now() < until) {
  if (sent - ackMs.length >= MOST_PENDING) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    continue;
  }
  const id = `c${sent++}`;
  const deadline = Date.now() + 5_000;
  const request = { id, board: BOARD, name: 'status', params: {}, by: 'bench', deadline };
  sentAt.set(id, performance.now());
  commander.send({ t: 'command', rid: 1_000 + sent, request, fence });
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
const patience = performance.now() + PATIENCE_MS;
while (ackMs.length < sent && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20));
if (ackMs.length !== sent) throw new Error(`${sent} commands were sent, ${ackMs.length} acknowledged`);
console.log(JSON.stringify({ commandMs, ackMs }));
process.exit(0);

function mustBeOk(answer: Got): Got {
  if (answer.ok !== true) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer;
}
