import type { BoardIdentity } from '../../../contract/board-status.ts';
import { ADVANCED, PERIPHERAL_LIST, PRODUCTION, ROUTER, SCIENCE_COMMS } from './machine-forms.ts';
import { BINARY_AMBIGUOUS, BINARY_SAFE, GATEWAY } from './mdp-bin-forms.ts';
import { SIDE_A_CONSOLE, SIDE_A_FRAMES, SIDE_B } from './mdp-json-forms.ts';
import type { Forms } from './step.ts';
import { BSEC2, DUAL_MODE, HEARTBEAT, MINIMAL_API, TELE } from './tele-forms.ts';
import { MORGIO, RECOVERY } from './text-forms.ts';

const NONE: Forms = {};
const SIDE_A_2_1: Forms = { ...SIDE_A_FRAMES, ...SIDE_A_CONSOLE };
const BINARY_KNOWN: Forms = { ...BINARY_SAFE, ...BINARY_AMBIGUOUS };
const COMMS_FEW_DEVICES: Forms = { ...SCIENCE_COMMS, ...PERIPHERAL_LIST };
const ADVANCED_FEW_DEVICES: Forms = { ...ADVANCED, ...PERIPHERAL_LIST };
const STATUS_ONLY: Forms = {
  identify: SCIENCE_COMMS.identify ?? (() => []),
  status: SCIENCE_COMMS.status ?? (() => []),
};

/** Every set of forms there is; the declarations are checked against it. */
export const ALL_FORMS: Readonly<Record<string, Forms>> = {
  SIDE_A_2_1,
  SIDE_B,
  BINARY_KNOWN,
  GATEWAY,
  PRODUCTION,
  ROUTER,
  COMMS_FEW_DEVICES,
  ADVANCED_FEW_DEVICES,
  TELE,
  BSEC2,
  DUAL_MODE,
  MORGIO,
  RECOVERY,
};

/** The fixed device id of the published side_a build: the one sign of which build it is (§19). */
const PUBLISHED_SIDE_A = 'mycobrain-side-a';

/** The commands the board with these words takes, with how each is said to it. `fewDevices`: at most four I2C devices were counted. */
export function formsFor(identity: BoardIdentity, fewDevices = false): Forms {
  const firmware = identity.firmware ?? '';
  switch (identity.dialect) {
    case 'mdp1-json':
      if (identity.side === 'B') return SIDE_B;
      // 2.0.0 has no console; before its HELLO a board is taken for the current one.
      return /2\.0\.\d/.test(firmware) ? SIDE_A_FRAMES : SIDE_A_2_1;
    case 'mdp1-bin':
      return identity.deviceId === PUBLISHED_SIDE_A && !flies(identity) ? BINARY_KNOWN : BINARY_SAFE;
    case 'gateway-json':
      return GATEWAY;
    case 'json-legacy':
      return firmware.includes('Router') ? ROUTER : PRODUCTION;
    case 'ndjson-machine':
      if (firmware.includes('ScienceComms')) return fewDevices ? COMMS_FEW_DEVICES : SCIENCE_COMMS;
      if (firmware.includes('Advanced')) return fewDevices ? ADVANCED_FEW_DEVICES : ADVANCED;
      return firmware.includes('Production') ? PRODUCTION : STATUS_ONLY;
    case 'json-tele':
      if (firmware.includes('bsec2')) return BSEC2;
      if (firmware.includes('min-api')) return MINIMAL_API;
      if (firmware.includes('dualmode-pio') || /^mycobrain(?:-working)?(?: |$)/.test(firmware)) return HEARTBEAT;
      return firmware.includes('dualmode') ? DUAL_MODE : TELE;
    case 'cli-text':
      return MORGIO;
    case 'json-recovery':
      return RECOVERY;
    case 'text-log':
    case 'silent':
    case undefined:
      return NONE;
  }
}

const flies = (identity: BoardIdentity): boolean =>
  identity.capabilities.includes('drone') || identity.capabilities.includes('wifisense');

/** Anything that moves, heats, sounds or shines by itself: an emergency stop makes sense. */
export const hasOutputs = (forms: Forms): boolean => Object.hasOwn(forms, 'estop');
