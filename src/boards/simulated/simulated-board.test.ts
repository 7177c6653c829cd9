import { describe, expect, it } from 'vitest';
import { EMPTY_IDENTITY } from '../../contract/board-status.ts';
import { COMMANDS } from '../mycobrain/command/declarations.ts';
import { createBench } from '../mycobrain/session/test-bench.ts';
import { createSimulatedBoard, type SimulatedBoard, type SimulatedBoardOptions } from './simulated-board.ts';

function plug(dialect: SimulatedBoardOptions['dialect'], more: Partial<SimulatedBoardOptions> = {}) {
  let board: SimulatedBoard | undefined;
  const bench = createBench({}, (bytes) => board?.receive(bytes));
  board = createSimulatedBoard({
    dialect,
    write: (bytes) => bench.session.feed(bytes),
    now: bench.clock.now,
    schedule: bench.clock.schedule,
    seed: 7,
    mac: '10:b4:1d:0a:1b:2c',
    ...more,
  });
  return { ...bench, board };
}

const initialParams = (name: string) => {
  const declaration = COMMANDS.find((command) => command.name === name);
  return Object.fromEntries((declaration?.params ?? []).map((param) => [param.name, param.initial]));
};

describe.each([
  ['mdp1-json', 'side-a-mdp-2.1.0'],
  ['json-tele', 'mycobrain.sideA.bsec2 2.1.0'],
  ['cli-text', 'SuperMorgIO'],
] as const)('a session with a simulated %s board', (dialect, firmware) => {
  it('finds the dialect, the words and the values, and makes them move once a second', async () => {
    const { clock, last, latest, phases, samples } = plug(dialect);
    await clock.pass(10_000);
    expect(last.identity).toMatchObject({ dialect, firmware });
    expect(phases[0]).toBe('listening');
    expect(phases.at(-1)).toBe('open');
    expect(latest('a.temperature_c')).toBeGreaterThan(10);
    expect(latest('b.humidity_pct')).toBeLessThan(100);
    const before = samples.length;
    await clock.pass(5_000);
    expect(samples.length).toBeGreaterThanOrEqual(before + 4);
    expect(last.health).toMatchObject({ lost: 0, errors: {}, resets: 0 });
  });

  it('is answered to every command it offers', async () => {
    const { clock, command, last, states } = plug(dialect);
    await clock.pass(10_000);
    expect(last.commands.length).toBeGreaterThan(8);
    for (const name of last.commands.filter((each) => each !== 'estop' && each !== 'reboot')) {
      const id = command(name, initialParams(name));
      await clock.pass(8_000);
      expect(states(id).at(-1), `${name} ${JSON.stringify(states(id).at(-1))}`).toMatchObject({ is: 'done' });
    }
  });

  it('sees a brown-out loop and comes back', async () => {
    const { board, clock, last, latest, console } = plug(dialect);
    await clock.pass(10_000);
    board.fault('brown-out');
    await clock.pass(4_000);
    expect(last.health.brownouts).toBeGreaterThanOrEqual(4);
    expect(last.health.resets).toBe(last.health.brownouts);
    expect(last.health.lastReset?.reason).toContain('BROWNOUT');
    expect(console.some((record) => record.dir === 'note' && record.level === 'alarm')).toBe(true);
    board.fault('none');
    const { lastDataAt } = last.health;
    await clock.pass(10_000);
    expect(last.health.lastDataAt).toBeGreaterThan(lastDataAt ?? 0);
    expect(latest('a.pressure_hpa')).toBeGreaterThan(900);
  });

  it('counts what bit errors destroy', async () => {
    const { board, clock, last } = plug(dialect, { rateHz: 5 });
    await clock.pass(10_000);
    board.fault('bit-errors');
    await clock.pass(120_000);
    const errors = Object.values(last.health.errors).reduce((sum, count) => sum + count, 0);
    expect(errors + last.health.lost).toBeGreaterThan(0);
    expect(last.identity.dialect).toBe(dialect);
  });

  it('tells a leap of the board clock from a reset', async () => {
    const { board, clock, command, last } = plug(dialect);
    await clock.pass(10_000);
    if (dialect === 'cli-text') command('format', { format: 'json' });
    await clock.pass(3_000);
    board.fault('clock-jump');
    await clock.pass(3_000);
    expect(last.health.errors['clock-jump']).toBe(1);
    expect(last.health.resets).toBe(0);
  });

  it('hears nothing of a silent board, and everything again afterwards', async () => {
    const { board, clock, samples } = plug(dialect);
    await clock.pass(10_000);
    board.fault('silence');
    const before = samples.length;
    await clock.pass(5_000);
    expect(samples).toHaveLength(before);
    board.fault('none');
    await clock.pass(5_000);
    expect(samples.length).toBeGreaterThan(before);
  });
});

describe('a simulated side A', () => {
  it('stops in an emergency, refuses outputs, and works again when cleared', async () => {
    const { clock, command, last, states } = plug('mdp1-json');
    await clock.pass(10_000);
    expect(last.hasOutputs).toBe(true);
    command('mosfet', { output: '2', on: true });
    await clock.pass(500);
    expect(last.outputs).toBe('on');
    const stop = command('estop');
    await clock.pass(500);
    expect(states(stop).map((state) => state.is)).toEqual(['queued', 'sent', 'accepted', 'done']);
    expect(last.outputs).toBe('stopped');
    const refused = command('mosfet', { output: '1', on: true });
    await clock.pass(500);
    expect(states(refused).at(-1)).toMatchObject({
      is: 'failed',
      error: { code: 'command-refused', message: 'estop_active' },
    });
    command('clear-estop');
    await clock.pass(1_500);
    expect(last.outputs).toBe('off');
    const again = command('mosfet', { output: '1', on: true });
    await clock.pass(500);
    expect(states(again).at(-1)).toMatchObject({ is: 'done', acknowledged: true });
  });

  it('answers with the same words as another board of its batch', async () => {
    const one = plug('mdp1-json', { mac: '10:b4:1d:00:00:01' });
    const two = plug('mdp1-json', { mac: '10:b4:1d:00:00:02', seed: 8 });
    await one.clock.pass(4_000);
    await two.clock.pass(4_000);
    expect(one.last.identity.deviceId).toBe('mycobrain-1db410');
    expect(two.last.identity.deviceId).toBe('mycobrain-1db410');
  });
});

describe('a board that is known already', () => {
  it.each(['mdp1-json', 'json-tele', 'cli-text'] as const)('%s is asked again when it has booted', async (dialect) => {
    let board: SimulatedBoard | undefined;
    const bench = createBench({ known: { ...EMPTY_IDENTITY, dialect } }, (bytes) => board?.receive(bytes));
    board = createSimulatedBoard({
      dialect,
      write: (bytes) => bench.session.feed(bytes),
      now: bench.clock.now,
      schedule: bench.clock.schedule,
      seed: 3,
    });
    await bench.clock.pass(20_000);
    expect(bench.phases).toEqual(['open']);
    expect(bench.last.health.cadenceMs).toBeLessThan(1_100);
    expect(bench.last.identity.firmware).toBeDefined();
  });
});
