import type { BoardItem } from '../../../contract/board-item.ts';
import type { MonoMs } from '../../../contract/time.ts';
import { numberOf } from '../reading/json-value.ts';

/** What a sequence number tells about the item that carries it. */
type SequenceVerdict =
  | { readonly is: 'next' }
  | { readonly is: 'lost'; readonly count: number }
  /** Sent before: retransmitted. */
  | { readonly is: 'duplicate' }
  /** The sender counts from the start again. */
  | { readonly is: 'restart' };

/** The slowest build retransmits five times, 1.8 s apart (board contract §6.1). */
const RETRANSMIT_MS = 15_000;
const MOST_REMEMBERED = 64;
/** Out of order by this little is a late copy; by more, the sender began again. */
const LATE_BY = 8;
/** A jump this far is another counter, not lost frames. */
const MOST_LOST = 10_000;

interface Sender {
  last: number;
  readonly seen: Map<number, MonoMs>;
}

/** Watches the counters of every sender on one port. */
interface Sequences {
  judge(item: BoardItem, at: MonoMs): SequenceVerdict | undefined;
  /** The board restarted: every counter begins again. */
  forget(): void;
}

export function createSequences(): Sequences {
  const senders = new Map<string, Sender>();
  return {
    judge(item, at) {
      const numbered = numberedBy(item);
      if (numbered === undefined) return undefined;
      const { key, seq } = numbered;
      const sender = senders.get(key);
      if (sender === undefined) {
        senders.set(key, { last: seq, seen: new Map([[seq, at]]) });
        return { is: 'next' };
      }
      const before = sender.seen.get(seq);
      const restarted = numbered.boot && seq <= sender.last;
      if (!restarted && before !== undefined && at - before < RETRANSMIT_MS) return { is: 'duplicate' };
      const step = seq - sender.last;
      if (restarted || step < -LATE_BY || step > MOST_LOST || (step <= 0 && seq <= 1)) {
        sender.seen.clear();
        remember(sender, seq, at);
        sender.last = seq;
        return { is: 'restart' };
      }
      remember(sender, seq, at);
      // A late one was counted as lost when it was overtaken; it is not a reading of now.
      if (step <= 0) return { is: 'duplicate' };
      sender.last = seq;
      return step > 1 ? { is: 'lost', count: step - 1 } : { is: 'next' };
    },
    forget() {
      senders.clear();
    },
  };
}

function remember(sender: Sender, seq: number, at: MonoMs): void {
  sender.seen.set(seq, at);
  if (sender.seen.size <= MOST_REMEMBERED) return;
  for (const oldest of sender.seen.keys()) {
    sender.seen.delete(oldest);
    break;
  }
}

const TELE: ReadonlySet<string> = new Set(['tele', 'tele_untyped', 'heartbeat_telemetry']);

function numberedBy(item: BoardItem): { key: string; seq: number; boot: boolean } | undefined {
  if (item.kind === 'mdp') {
    // Repeats of a bare acknowledgement carry no news and no reading.
    if (item.body_format === 'empty') return undefined;
    const { src, seq, type_name: type, ack } = item.header;
    return { key: `mdp ${src}`, seq, boot: type === 'HELLO' && ack === 0 };
  }
  if (item.kind !== 'json' || !TELE.has(item.shape)) return undefined;
  const seq = numberOf(item.value, 'seq');
  return seq === undefined ? undefined : { key: item.shape, seq, boot: seq === 0 };
}
