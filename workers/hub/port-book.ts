import type { BoardId, PortKey } from '../../src/contract/ids.ts';
import type { Holder, PortRef } from './board-entry.ts';

/** Whose port is whose: every port of every holder has one board. */
export class PortBook {
  readonly #ports = new Map<Holder, Map<PortKey, BoardId>>();

  boardAt(holder: Holder, key: PortKey): BoardId | undefined {
    return this.#ports.get(holder)?.get(key);
  }

  boardsOf(holder: Holder): readonly BoardId[] {
    return [...(this.#ports.get(holder)?.values() ?? [])];
  }

  put({ holder, key }: PortRef, board: BoardId): void {
    const ports = this.#ports.get(holder);
    if (ports === undefined) this.#ports.set(holder, new Map([[key, board]]));
    else ports.set(key, board);
  }

  drop(port: PortRef | undefined): void {
    if (port !== undefined) this.#ports.get(port.holder)?.delete(port.key);
  }

  dropHolder(holder: Holder): void {
    this.#ports.delete(holder);
  }
}
