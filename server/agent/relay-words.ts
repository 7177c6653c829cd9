import type { RelayStatus } from '../../src/contract/relay-status.ts';
import type { RelayAccess } from './relay-access.ts';
import { type Tell, timeOfDay } from './tell.ts';

const TWINS = ' A copy of this id file is in use elsewhere: give each agent one of its own with --id-file.';

/** What changed of the connection to the server, in plain words; and when there is no sense in going on. */
export class RelayWords {
  readonly #tell: Tell;
  readonly #access: RelayAccess;
  readonly #onEnd: (why: string) => void;
  #since: number | undefined;
  #wasLive = false;

  /** @param onEnd the server does not want this agent, and another attempt would not change its mind. */
  constructor(tell: Tell, access: RelayAccess, onEnd: (why: string) => void) {
    this.#tell = tell;
    this.#access = access;
    this.#onEnd = onEnd;
  }

  changed({ state, url }: RelayStatus): void {
    // Told once a second for its counters; `since` changes with the state.
    if (state.is === 'off' || state.since === this.#since) return;
    this.#since = state.since;
    switch (state.is) {
      case 'connecting':
        this.#tell('debug', `connecting to ${url}`);
        return;
      case 'live':
        this.#wasLive = true;
        this.#tell('info', `connected to ${url}`);
        return;
      case 'retrying': {
        const why = this.#access.trouble() ?? state.reason;
        // A wrong token is a mistake to be told at once; one that was right before may be right again.
        if (this.#access.isRefused() && !this.#wasLive) {
          this.#onEnd(`${url} refused: ${why}.`);
          return;
        }
        const again = timeOfDay(new Date(state.nextAt));
        const isRepetition = (state.attempt & (state.attempt - 1)) > 0;
        this.#tell(isRepetition ? 'debug' : 'error', `${url} is out of reach (${why}): trying again at ${again}`);
        return;
      }
      case 'refused':
        this.#onEnd(`${url} refused: ${state.reason}.${/another connection/.test(state.reason) ? TWINS : ''}`);
    }
  }
}
