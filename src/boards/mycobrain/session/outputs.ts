import type { BoardItem } from '../../../contract/board-item.ts';
import type { BoardStatus } from '../../../contract/board-status.ts';
import type { Params } from '../command/step.ts';
import { binaryReadings } from '../reading/binary-readings.ts';
import { arrayOf, isObject, objectOf, own } from '../reading/json-value.ts';

/** What is known of a board's outputs: few builds report them, so mostly what was sent and acknowledged. */
export interface Outputs {
  /** A command went out. Switching on counts from here: it may have acted even when no answer comes. */
  sent(name: string, params: Params): void;
  finished(name: string, params: Params): void;
  /** The board said no: what was off before is off still. */
  refused(name: string, params: Params): void;
  heard(item: BoardItem): void;
  /** Outputs are off after a reset. */
  reset(): void;
  readonly state: BoardStatus['outputs'];
}

/** `keepsStop`: the build refuses outputs after an emergency stop until that is cleared; elsewhere they can be on again at once. */
export function createOutputs(keepsStop: () => boolean = () => true): Outputs {
  const active = new Set<string>();
  /** Those of them that only count as on because they were asked for. */
  const asked = new Set<string>();
  let stopped = false;
  let certain = false;

  function turnOn(output: string): void {
    active.add(output);
    if (!keepsStop()) stopped = false;
  }

  function told(output: string, isOn: boolean): void {
    certain = true;
    asked.delete(output);
    if (isOn) turnOn(output);
    else active.delete(output);
  }

  function allOff(): void {
    active.clear();
    asked.clear();
  }

  return {
    sent(name, params) {
      const key = switched(name, params);
      if (key === undefined || !switchesOn(name, params)) return;
      if (!active.has(key)) asked.add(key);
      turnOn(key);
    },
    finished(name, params) {
      if (name === 'estop') {
        allOff();
        stopped = true;
        certain = true;
        return;
      }
      if (name === 'clear-estop') stopped = false;
      const key = switched(name, params);
      if (key === undefined) return;
      asked.delete(key);
      // Every tone of ours ends by itself or by its own second step.
      if (!switchesOn(name, params) || name === 'tone') active.delete(key);
    },
    refused(name, params) {
      const key = switched(name, params);
      if (key !== undefined && asked.delete(key)) active.delete(key);
    },
    heard(item) {
      const body = item.kind === 'mdp' ? item.body : item.kind === 'json' ? item.value : undefined;
      if (!isObject(body)) return;
      if (item.kind === 'mdp') {
        binaryReadings(item.body_format, body, (series, value) => {
          const output = /^(mosfet\d)_on$/.exec(series)?.[1];
          if (output !== undefined) told(output, value !== 0);
        });
      }
      const estop = own(body, 'estop');
      if (typeof estop === 'boolean') {
        stopped = estop;
        if (estop) allOff();
      }
      // Those of json-tele are dummies (board contract §9).
      if (item.kind === 'json' && item.shape === 'tele') return;
      const states = arrayOf(objectOf(body, 'data') ?? body, 'mosfet_states');
      states?.slice(0, 3).forEach((state, index) => {
        told(`mosfet${index + 1}`, state === true);
      });
    },
    reset() {
      allOff();
      stopped = false;
      certain = true;
    },
    get state() {
      if (stopped) return 'stopped';
      return active.size > 0 ? 'on' : certain ? 'off' : 'unknown';
    },
  };
}

const STARTS: Readonly<Record<string, string>> = {
  tone: 'tone',
  'tone-stop': 'tone',
  'optx-send': 'optx',
  'optx-stop': 'optx',
  'aotx-send': 'aotx',
  'aotx-stop': 'aotx',
  'stim-light': 'stim',
  'stim-sound': 'stim',
  'stim-stop': 'stim',
};

const switched = (name: string, params: Params): string | undefined =>
  name === 'mosfet' || name === 'mosfet-pwm'
    ? `mosfet${String(params.output)}`
    : Object.hasOwn(STARTS, name)
      ? STARTS[name]
      : undefined;

function switchesOn(name: string, params: Params): boolean {
  if (name === 'mosfet') return params.on === true;
  if (name === 'mosfet-pwm') return Number(params.duty) > 0;
  return !name.endsWith('-stop');
}
