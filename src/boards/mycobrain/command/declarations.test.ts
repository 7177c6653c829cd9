import { describe, expect, it } from 'vitest';
import { type Dialect, EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import { checkParams } from '../../board.ts';
import { ALL_FORMS, formsFor } from './command-set.ts';
import { COMMANDS } from './declarations.ts';

const initial = (name: string) =>
  Object.fromEntries(
    (COMMANDS.find((each) => each.name === name)?.params ?? []).map((param) => [param.name, param.initial]),
  );

describe('command declarations', () => {
  it('have a form in some build, and every form is declared', () => {
    const formed = new Set(Object.values(ALL_FORMS).flatMap((forms) => Object.keys(forms)));
    expect([...formed].sort()).toEqual(COMMANDS.map((command) => command.name).sort());
  });

  it('have initial parameters that they accept themselves', () => {
    for (const command of COMMANDS) expect(checkParams(command, initial(command.name)), command.name).toBeUndefined();
  });

  it.each([
    ['mdp1-json', 'side-a-mdp-2.1.0'],
    ['mdp1-json', 'side-a-mdp-2.0.0'],
    ['mdp1-bin', undefined],
    ['ndjson-machine', 'MycoBrain-ScienceComms 1.0.0'],
    ['ndjson-machine', 'MycoBrain-Advanced 2.0.0'],
    ['ndjson-machine', 'MycoBrain Side-A Production 1.0.0'],
    ['json-legacy', 'Side-B Router 1.0.0'],
    ['json-tele', 'mycobrain.sideA.bsec2 2.1.0'],
    ['json-tele', 'mycobrain.sideA.dualmode 1.1.0'],
    ['gateway-json', undefined],
    ['cli-text', 'SuperMorgIO'],
    ['json-recovery', 'recovery-operator-bsec2-v0.7'],
  ] as const)('name %s among the dialects of what a %s takes', (dialect: Dialect, firmware) => {
    for (const name of Object.keys(formsFor({ ...EMPTY_IDENTITY, dialect, firmware }, true))) {
      expect(COMMANDS.find((command) => command.name === name)?.dialects, name).toContain(dialect);
    }
  });

  it('refuse the ambiguous binary ids unless the build has named itself', () => {
    const unknown = { ...EMPTY_IDENTITY, dialect: 'mdp1-bin' as const };
    expect(Object.keys(formsFor(unknown))).not.toContain('tone');
    const published = { ...unknown, deviceId: 'mycobrain-side-a' };
    expect(Object.keys(formsFor(published))).toContain('tone');
    expect(Object.keys(formsFor({ ...published, capabilities: ['drone'] }))).not.toContain('tone');
  });

  it('offer the peripheral list only where few devices were counted', () => {
    const comms = { ...EMPTY_IDENTITY, dialect: 'ndjson-machine' as const, firmware: 'MycoBrain-ScienceComms' };
    expect(Object.keys(formsFor(comms))).not.toContain('peripheral-list');
    expect(Object.keys(formsFor(comms, true))).toContain('peripheral-list');
  });

  it('offer an emergency stop wherever something can be switched on', () => {
    const switching = new Set(['mosfet', 'mosfet-pwm', 'led-colour', 'led-pattern', 'tone', 'stim-light', 'optx-send']);
    for (const [build, forms] of Object.entries(ALL_FORMS)) {
      if (Object.keys(forms).some((name) => switching.has(name))) expect(Object.keys(forms), build).toContain('estop');
    }
  });

  it('give a scan and a sound 3 s in binary builds too, and never repeat them', () => {
    const published = { ...EMPTY_IDENTITY, dialect: 'mdp1-bin' as const, deviceId: 'mycobrain-side-a' };
    const forms = formsFor(published);
    for (const name of ['i2c-scan', 'i2c-pins', 'tone', 'sound']) {
      const made = forms[name]?.(initial(name), published);
      expect(made, name).toMatchObject([{ timeoutMs: 3_000, retries: 0 }]);
    }
  });

  it('offer light patterns of ScienceComms only where they are known (§16)', () => {
    const named = (firmware: string) => ({ ...EMPTY_IDENTITY, dialect: 'ndjson-machine' as const, firmware });
    expect(Object.keys(formsFor(named('MycoBrain-ScienceComms 1.0.0')))).toContain('led-pattern');
    expect(Object.keys(formsFor(named('MycoBrain-Advanced 2.0.0')))).not.toContain('led-pattern');
  });

  it('refuse a text whose payload is too long for the transmitter', () => {
    const advanced = { ...EMPTY_IDENTITY, dialect: 'ndjson-machine' as const, firmware: 'MycoBrain-Advanced 2.0.0' };
    const comms = { ...advanced, firmware: 'MycoBrain-ScienceComms 1.0.0' };
    for (const identity of [advanced, comms]) {
      for (const name of ['optx-send', 'aotx-send']) {
        const form = formsFor(identity)[name];
        expect(form?.({ ...initial(name), text: '\u00e4'.repeat(65) }, identity), name).toContain('128 bytes');
        expect(form?.({ ...initial(name), text: 'x'.repeat(96) }, identity), name).toHaveLength(1);
      }
    }
  });
});
