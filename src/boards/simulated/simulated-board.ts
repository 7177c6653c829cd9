import type { SimulatedFault } from '../../contract/hub-api.ts';
import type { Instant } from '../../contract/time.ts';
import { createClimate } from './climate.ts';
import { JSON_TELE } from './json-tele.ts';
import { MORGIO } from './morgio.ts';
import { createRandom } from './random.ts';
import { SIDE_A_MDP } from './side-a-mdp.ts';
import type { Chip, Firmware, Talker } from './talker.ts';

export interface SimulatedBoardOptions {
  readonly dialect: 'mdp1-json' | 'json-tele' | 'cli-text';
  /** The board's bytes, as they come out of its port. */
  write(bytes: Uint8Array): void;
  now(): Instant;
  schedule(ms: number, callback: () => void): () => void;
  /** The same seed behaves the same. */
  readonly seed: number;
  /** Six bytes, `10:b4:1d:0a:1b:2c`. Boards of one chip batch share the first three and so the device id of mdp1-json. */
  readonly mac?: string;
  /** Default `mushroom1`; `hyphae1` has a soil sensor. */
  readonly role?: string;
  /** Readings per second from the start; default: as the real build (0.1, 0.5, 1). A host may set another. */
  readonly rateHz?: number;
  /** It has power already: its first words come at once, without a boot. Default false. */
  readonly running?: boolean;
}

/** A pretend board behind a pretend port, byte for byte as a real one. */
export interface SimulatedBoard {
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void;
  /** Begins a fault; `none` ends it. `unplug` cuts the power, `replug` boots anew; the port itself is the holder's to take away. */
  fault(kind: SimulatedFault): void;
  close(): void;
}

const FIRMWARE: Readonly<Record<SimulatedBoardOptions['dialect'], Firmware>> = {
  'mdp1-json': SIDE_A_MDP,
  'json-tele': JSON_TELE,
  'cli-text': MORGIO,
};

/** Both gas sensors heat about this long after the boot: then the supply gives way. */
const BROWNOUT_MS = 900;
/** One byte in so many is damaged. */
const BIT_ERROR_EVERY = 700;
const CLOCK_JUMP_MS = 3_600_000;

export function createSimulatedBoard(options: SimulatedBoardOptions): SimulatedBoard {
  const random = createRandom(options.seed);
  const climate = createClimate(random);
  const encoder = new TextEncoder();
  const firmware = FIRMWARE[options.dialect];
  const timers = new Set<() => void>();
  const hex = () =>
    Math.floor(random() * 256)
      .toString(16)
      .padStart(2, '0');
  const mac = options.mac ?? `10:b4:1d:${hex()}:${hex()}:${hex()}`;
  let talker: Talker | undefined;
  let bootedAt = options.now().monoMs;
  let fault: SimulatedFault = 'none';
  let powered = true;
  let closed = false;

  function stop(): void {
    for (const cancel of timers) cancel();
    timers.clear();
    talker = undefined;
  }

  function after(ms: number, callback: () => void): void {
    const cancel = options.schedule(ms, () => {
      timers.delete(cancel);
      callback();
    });
    timers.add(cancel);
  }

  function write(bytes: Uint8Array): void {
    if (closed || !powered || fault === 'silence') return;
    const sent = Uint8Array.from(bytes);
    if (fault === 'bit-errors') {
      sent.forEach((byte, index) => {
        if (random() * BIT_ERROR_EVERY < 1) sent[index] = byte ^ (1 << Math.floor(random() * 8));
      });
    }
    options.write(sent);
  }

  const print = (text: string): void => write(encoder.encode(`${text}\r\n`));

  const chip: Chip = {
    write,
    print,
    uptimeMs: () => options.now().monoMs - bootedAt,
    after,
    reset: (reason, code) => boot(reason, code),
    climate,
    mac,
    role: options.role ?? 'mushroom1',
    rateHz: options.rateHz,
  };

  /** The chip's own boot text, then the firmware's first words when it gets that far. */
  function boot(reason: string, code: string): void {
    stop();
    bootedAt = options.now().monoMs;
    print('ESP-ROM:esp32s3-20210327');
    print('Build:Mar 27 2021');
    print(`rst:${code} (${reason}),boot:0x8 (SPI_FAST_FLASH_BOOT)`);
    print('SPIWP:0xee');
    print('mode:DIO, clock div:1');
    print('load:0x3fce3808,len:0x4bc');
    print('entry 0x403c98d8');
    if (fault === 'brown-out') {
      after(BROWNOUT_MS, brownOut);
      return;
    }
    after(firmware.bootMs, () => {
      talker = firmware.start(chip);
    });
  }

  function brownOut(): void {
    print('E BOD: Brownout detector was triggered');
    boot('BROWNOUT_RST', '0xf');
  }

  if (options.running === true) talker = firmware.start(chip);
  else boot('POWERON', '0x1');

  return {
    receive(bytes) {
      if (!closed && powered) talker?.receive(bytes);
    },
    fault(kind) {
      if (closed) return;
      const before = fault;
      fault = kind;
      switch (kind) {
        case 'unplug':
          powered = false;
          stop();
          return;
        case 'replug':
          powered = true;
          fault = 'none';
          boot('POWERON', '0x1');
          return;
        case 'brown-out':
          brownOut();
          return;
        case 'clock-jump':
          bootedAt -= CLOCK_JUMP_MS;
          fault = before;
          return;
        case 'none':
          if (before === 'brown-out') boot('BROWNOUT_RST', '0xf');
          return;
        case 'bit-errors':
        case 'silence':
          if (before === 'brown-out') boot('BROWNOUT_RST', '0xf');
          return;
      }
    },
    close() {
      closed = true;
      stop();
    },
  };
}
