import type { BoardLease, BoardPhase, BoardStatus } from '../../src/contract/board-status.ts';
import type { LogLevel } from './agent-options.ts';
import { type Tell, timeOfDay } from './tell.ts';

/** What changed of a board, in plain words, once. */
export class BoardWords {
  readonly #path: string;
  readonly #tell: Tell;
  #phase: string | undefined;
  #share: string | undefined;
  #commander: string | undefined;

  constructor(path: string, tell: Tell) {
    this.#path = path;
    this.#tell = tell;
  }

  changed(status: BoardStatus): void {
    const [level, phase] = phaseWords(status, this.#path);
    if (phase !== this.#phase && !isRepetition(status.phase)) this.#say(level, phase);
    this.#phase = phase;
    const share = shareWords(status);
    if (share !== undefined && share !== this.#share) this.#say('info', share);
    this.#share = share ?? this.#share;
    const lease = status.share.is === 'shared' ? status.share.lease : undefined;
    if (lease?.name !== this.#commander) this.#say('info', leaseWords(lease));
    this.#commander = lease?.name;
  }

  #say(level: LogLevel, text: string): void {
    this.#tell(level, `${this.#path} ${text}`);
  }
}

/** A port that stays shut is said at the attempts 1, 2, 4, 8 …: ever more rarely, never no more. */
const isRepetition = (phase: BoardPhase): boolean =>
  phase.is === 'retrying' && (phase.attempt & (phase.attempt - 1)) > 0;

function phaseWords({ phase, identity }: BoardStatus, path: string): readonly [LogLevel, string] {
  switch (phase.is) {
    case 'opening':
      return ['debug', 'is being opened'];
    case 'listening':
      return ['info', 'opened: listening before a word is sent'];
    case 'probing':
      return ['debug', 'is asked what it is'];
    case 'open': {
      const { dialect, firmware, deviceId } = identity;
      if (dialect === undefined) return ['debug', 'opened'];
      const said = [firmware && `firmware ${firmware}`, deviceId && `says it is ${deviceId}`].filter(Boolean);
      return ['info', `opened: ${[`speaks ${dialect}`, ...said].join(', ')}`];
    }
    case 'retrying':
      return [
        phase.attempt === 0 ? 'info' : 'error',
        `${troubleWords(phase, path)}: trying again at ${clock(phase.nextAt)}`,
      ];
    case 'unplugged':
      return ['info', 'is unplugged: it is opened again when it comes back'];
    default:
      return ['info', `is ${phase.is}`];
  }
}

function troubleWords({ code, reason }: Extract<BoardPhase, { is: 'retrying' }>, path: string): string {
  switch (code) {
    case 'port-in-use':
      return `is in use by another program, perhaps another agent (who:  sudo fuser -v ${path})`;
    case 'port-no-permission':
      return `may not be opened by this user (to mend it:  sudo usermod -aG dialout $USER  and log in again)`;
    case 'port-lost':
      return `was lost (${reason})`;
    default:
      return `does not open (${reason})`;
  }
}

function shareWords({ share }: BoardStatus): string | undefined {
  if (share.is === 'offered') return `is not shared now: ${share.reason}`;
  if (share.is !== 'shared') return undefined;
  const { length } = share.watchers;
  return `is shared with ${length} ${length === 1 ? 'watcher' : 'watchers'}`;
}

const leaseWords = (lease: BoardLease | undefined): string =>
  lease ? `has a commander: ${lease.name}` : 'has no commander any more';

const clock = (epochMs: number): string => timeOfDay(new Date(epochMs));
