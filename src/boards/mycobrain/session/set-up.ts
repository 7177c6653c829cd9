import type { BoardIdentity } from '../../../contract/board-status.ts';
import type { Params } from '../command/step.ts';

/** Unless whoever holds the port or a person chooses otherwise: a board left alone speaks every 10 s. */
const USUAL_INTERVAL_S = 1;

/** What Hyphae asks of a board by itself, once it knows what it is and again after each reset (board contract §15, end). */
interface SetUp {
  begin(identity: BoardIdentity): void;
  /** The board forgot its settings; they are made again when its next words come. */
  afterReset(): void;
  /** Words of the board came in and its dialect is known. */
  heardBoard(identity: BoardIdentity): void;
  /** The interval a person chose last, s. */
  chosenIntervalS: number;
}

export function createSetUp(ask: (name: string, params: Params) => void, usualIntervalS = USUAL_INTERVAL_S): SetUp {
  let due = false;
  let ready = false;
  let askedBuild = '';

  function run(identity: BoardIdentity, chosenIntervalS: number): void {
    const interval = { interval_s: chosenIntervalS };
    switch (identity.dialect) {
      case 'mdp1-json':
        ask('identify', {});
        if (identity.side === 'B') return;
        ask('read-now', {});
        ask('set-rate', interval);
        return;
      case 'json-legacy':
      case 'ndjson-machine':
        ask('machine-mode', {});
        ask('identify', {});
        ask('set-rate', { interval_s: Math.max(1, Math.round(chosenIntervalS)) });
        return;
      case 'json-tele':
        ask('identify', {});
        ask('read-now', {});
        ask('set-rate', { interval_s: Math.max(0.2, chosenIntervalS) });
        return;
      case 'cli-text':
        ask('format', { format: 'json' });
        ask('debug', { on: false });
        return;
      default:
        // mdp1-bin executes a repeated command twice, a gateway would send it by radio, the others have no ears.
        return;
    }
  }

  const setUp: SetUp = {
    chosenIntervalS: usualIntervalS,
    begin(identity) {
      ready = true;
      due = false;
      askedBuild = buildOf(identity);
      run(identity, setUp.chosenIntervalS);
    },
    afterReset() {
      due = true;
    },
    heardBoard(identity) {
      if (!ready) return;
      const build = buildOf(identity);
      // Which line build it is may only come out by its first answer.
      if (!due && (build === askedBuild || askedBuild !== '')) {
        if (askedBuild === '') askedBuild = build;
        return;
      }
      due = false;
      askedBuild = build;
      run(identity, setUp.chosenIntervalS);
    },
  };
  return setUp;
}

const LINE_BUILDS: readonly (string | undefined)[] = ['json-legacy', 'ndjson-machine', 'json-tele'];

/** The name without its version, where the commands depend on it. */
const buildOf = (identity: BoardIdentity): string =>
  LINE_BUILDS.includes(identity.dialect) ? (identity.firmware ?? '').replace(/ [\d.]+.*$/, '') : 'one';
