import { rmSync, symlinkSync } from 'node:fs';
import { openPtyCable, type PtyCable } from './cable.ts';
import { type MycobrainBoard, mycobrainBoard } from './mycobrain-board.ts';

/** A serial port of this computer whose path stays the same, like one in `/dev/serial/by-path`, and a board to plug in there. */
export class BoardSocket {
  readonly path: string;
  readonly board: MycobrainBoard;
  #cable: PtyCable | undefined;
  #powerOff = (): void => undefined;

  /** @param path where there is no file yet. */
  constructor(path: string, serialNumber: string) {
    this.path = path;
    this.board = mycobrainBoard({ serialNumber });
  }

  async plug(): Promise<void> {
    this.#cable = await openPtyCable();
    this.#powerOff = this.board.power(this.#cable);
    symlinkSync(this.#cable.path, this.path);
  }

  async unplug(): Promise<void> {
    rmSync(this.path, { force: true });
    this.#powerOff();
    await this.#cable?.pull();
    this.#cable = undefined;
  }
}
