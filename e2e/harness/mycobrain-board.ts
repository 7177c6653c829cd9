import { createDemux } from '../../src/boards/mycobrain/demux.ts';
import { createSimulatedBoard, type SimulatedBoardOptions } from '../../src/boards/simulated/simulated-board.ts';
import type { BoardItem, MdpItem } from '../../src/contract/board-item.ts';
import type { SimulatedFault } from '../../src/contract/hub-api.ts';
import { type Board, mycobrainUsb } from './board.ts';

export interface MycobrainOptions extends Partial<Pick<SimulatedBoardOptions, 'dialect' | 'seed' | 'rateHz' | 'mac'>> {
  /** What its USB chip says; each number is another board. */
  readonly serialNumber: string;
}

/** A board that behaves as its build does, and remembers what passed over its port. */
export interface MycobrainBoard extends Board {
  /** What it said, over all its lives, whether or not anybody listened. */
  said(): readonly BoardItem[];
  /** What was said to it, in the same terms. */
  heard(): readonly BoardItem[];
  fault(kind: SimulatedFault): void;
  /** Keeps its words to itself until `release`, as a board that is busy; it hears and acts as ever. */
  hold(): void;
  release(): void;
}

/** A simulated MycoBrain; without further wishes one of today's builds (`mdp1-json`). */
export function mycobrainBoard({ serialNumber, ...wishes }: MycobrainOptions): MycobrainBoard {
  const said: BoardItem[] = [];
  const heard: BoardItem[] = [];
  let running: ReturnType<typeof createSimulatedBoard> | undefined;
  let held: (() => void)[] | undefined;
  return {
    usb: mycobrainUsb(serialNumber),
    said: () => said,
    heard: () => heard,
    fault: (kind) => running?.fault(kind),
    hold() {
      held ??= [];
    },
    release() {
      for (const say of held ?? []) say();
      held = undefined;
    },
    power(cable) {
      const saying = createDemux((item) => said.push(item));
      const hearing = createDemux((item) => heard.push(item));
      const board = createSimulatedBoard({
        dialect: 'mdp1-json',
        seed: seedOf(serialNumber),
        now: () => ({ epochMs: Date.now(), monoMs: performance.now() }),
        schedule(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
        write(bytes) {
          saying.feed(bytes);
          const say = (): void => cable.send(bytes);
          if (held === undefined) say();
          else held.push(say);
        },
        ...wishes,
      });
      running = board;
      cable.onBytes((bytes) => {
        hearing.feed(bytes);
        board.receive(bytes);
      });
      return () => board.close();
    },
  };
}

const seedOf = (text: string): number => [...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);

/** The frames of one type, e.g. the `COMMAND`s a board has heard. */
export const framesOf = (items: readonly BoardItem[], type: string): readonly MdpItem[] =>
  items.filter((item) => item.kind === 'mdp').filter(({ header }) => header.type_name === type);

/** One reading of its AMB sensor in each telemetry frame, as the board sent it: fine enough to tell boards apart by. */
export const temperaturesIn = (items: readonly BoardItem[]): readonly number[] =>
  framesOf(items, 'TELEMETRY').map(
    ({ body }) =>
      (body as { readonly bme688: { readonly a: { readonly temperature_c: number } } }).bme688.a.temperature_c,
  );
