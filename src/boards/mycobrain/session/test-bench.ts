import type { CommandRequest, CommandState, CommandUpdate, ParamValue } from '../../../contract/board-command.ts';
import { type BoardHealth, type BoardIdentity, EMPTY_HEALTH, EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import type { ConsoleRecord } from '../../../contract/console-record.ts';
import type { SampleRows, SessionOptions } from '../../board.ts';
import { createFakeClock } from './fake-clock.ts';
import { openSession } from './session.ts';

/** A session on a fake clock, with everything it says kept; for tests. */
export function createBench(options: Partial<SessionOptions> = {}, onWrite: (bytes: Uint8Array) => void = () => {}) {
  const clock = createFakeClock();
  const written: Uint8Array[] = [];
  const console: ConsoleRecord[] = [];
  const samples: SampleRows[] = [];
  const updates: CommandUpdate[] = [];
  const phases: string[] = [];
  const last = {
    identity: EMPTY_IDENTITY as BoardIdentity,
    commands: [] as readonly string[],
    hasOutputs: false,
    health: EMPTY_HEALTH as BoardHealth,
    outputs: 'unknown',
    portGone: false,
  };
  const session = openSession(
    {
      async write(bytes) {
        if (last.portGone) throw new Error('gone');
        written.push(bytes);
        onWrite(bytes);
      },
      now: clock.now,
      schedule: clock.schedule,
      onSamples: (rows) => void samples.push(rows),
      onConsole: (records) => void console.push(...records),
      onIdentity(identity, commands, hasOutputs) {
        Object.assign(last, { identity, commands, hasOutputs });
      },
      onPhase: (phase) => void phases.push(phase.is),
      onHealth(health, outputs) {
        Object.assign(last, { health, outputs });
      },
      onCommand: (update) => void updates.push(update),
    },
    { simulated: true, ...options },
  );
  let id = 0;
  return {
    clock,
    session,
    written,
    console,
    samples,
    updates,
    phases,
    last,
    /** Sends a command and returns its id. */
    command(
      name: string,
      params: Readonly<Record<string, ParamValue>> = {},
      more: Partial<CommandRequest> = {},
    ): string {
      id += 1;
      const request = {
        id: `c${id}`,
        board: 'board',
        name,
        params,
        by: 'test',
        deadline: clock.now().epochMs + 60_000,
      };
      session.command({ ...request, ...more });
      return more.id ?? request.id;
    },
    states: (of: string): CommandState[] => updates.filter((update) => update.id === of).map((update) => update.state),
    latest(series: string): number | undefined {
      for (const { series: names, rows } of samples.toReversed()) {
        const column = names.indexOf(series);
        const found = column < 0 ? undefined : rows.findLast((row) => !Number.isNaN(row[column] ?? Number.NaN));
        if (found !== undefined) return found[column];
      }
      return undefined;
    },
  };
}
