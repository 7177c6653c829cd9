import { crepSimulator } from '../../../simulators/crep.ts';
import type { SimHost, SimSocket } from '../../../simulators/simulator.ts';
import type { VectorLine } from '../ndjson-file.ts';
import { type Fields, fieldsOf } from './line.ts';

/** Says a client's frame to our simulator; it must answer as the real server does. */
export function checkServer(line: VectorLine, expect: Fields): string | undefined {
  const answers: string[] = [];
  let listener: ((data: string | Uint8Array) => void) | undefined;
  const socket: SimSocket = {
    send: (data) => answers.push(typeof data === 'string' ? data : Buffer.from(data).toString('utf8')),
    onMessage: (it) => {
      listener = it;
    },
    onClose: () => undefined,
    close: (code) => answers.push(`close ${code ?? 1_000}`),
    terminate: () => answers.push('close 1006'),
  };
  const simulator = crepSimulator.start(STILL);
  const [path = '', query = ''] = String(line.endpoint).split('?', 2);
  const refused = simulator.socket?.(path, new URLSearchParams(query), socket);
  if (refused !== undefined) return `the simulator refuses ${path} with ${refused}`;
  // Its greeting comes before anything is said.
  answers.length = 0;
  const said = typeof line.raw === 'string' ? line.raw : JSON.stringify(line.json);
  listener?.(said);
  simulator.close?.();
  const types = answers.map((answer) => (answer.startsWith('{') ? String(fieldsOf(JSON.parse(answer)).type) : answer));
  switch (expect.action) {
    case 'server_reply':
      return expect.reply_type === undefined || types.includes(String(expect.reply_type))
        ? undefined
        : `expected ${String(expect.reply_type)}, the simulator answers ${types.join() || 'nothing'}`;
    case 'server_ignores':
      return types.length === 0 ? undefined : `the simulator answers ${types.join()}`;
    case 'server_close_1000':
      return types.includes('close 1000') ? undefined : `the simulator answers ${types.join() || 'nothing'}`;
    default:
      return `action ${String(expect.action)}: nothing checks it`;
  }
}

/** A world in which no time passes. */
const STILL: SimHost = {
  now: () => 1_795_176_000_000,
  random: () => 0.5,
  every: () => () => undefined,
  once: () => () => undefined,
  fault: () => false,
  dial: () => 10,
};
