import { describe, expect, it } from 'vitest';
import type { ParamValue } from '../../../contract/board-command.ts';
import { type BoardIdentity, type Dialect, EMPTY_IDENTITY } from '../../../contract/board-status.ts';
import { fromHex } from '../../../decode/hex.ts';
import { createBench } from '../session/test-bench.ts';

/** What a board once sent. */
export interface Recording {
  readonly name: string;
  readonly bytes_hex: string;
}

export interface Build {
  readonly dialect: Dialect;
  readonly firmware: string | undefined;
  /** A line that proves its dialect. */
  readonly word: string;
}

type Params = Readonly<Record<string, ParamValue>>;
type Row = readonly [
  command: string,
  params: Params,
  /** What is sent and the recorded answer to it, step by step. `ID`: the request's own id. */
  steps: readonly (readonly [sent: string, reply: string])[],
  ending: 'done' | 'failed',
  words: string,
];

/** A build and rows of what it is told and what it answers. */
export type BuildAnswers = readonly [name: string, build: Build, rows: readonly Row[]];

const encoder = new TextEncoder();

/** For each row: what is sent, and that the recorded answer to it ends the command, with the board's own words. */
export function checkAnswers(recordings: readonly Recording[], builds: readonly BuildAnswers[]): void {
  const recorded = new Map(
    recordings.map(({ name, bytes_hex }) => [name, new TextDecoder().decode(fromHex(bytes_hex))]),
  );
  describe.each(builds)('%s', (_, { dialect, firmware, word }, rows) => {
    it.each(rows)('%s %j', async (name, params, steps, ending, words) => {
      const known: BoardIdentity = { ...EMPTY_IDENTITY, dialect, firmware };
      const { clock, session, command, states, written } = createBench({ known });
      session.feed(encoder.encode(`${word}\n`));
      // Its set-up questions time out.
      await clock.pass(60_000);
      written.length = 0;
      const id = command(name, params);
      for (const [index, [sent, reply]] of steps.entries()) {
        await clock.pass(20);
        const line = new TextDecoder().decode(written[index]).trimEnd();
        const ours = /"id":"(h\d+)"/.exec(line)?.[1] ?? 'ID';
        expect(line).toBe(sent.replace('"ID"', `"${ours}"`));
        expect(states(id).at(-1)?.is).toMatch(index === 0 ? /sent/ : /sent|accepted/);
        const answer = recorded.get(reply);
        if (answer === undefined) throw new Error(`nothing recorded as ${reply}`);
        session.feed(encoder.encode(answer.replace(/"id":"\w+"/, `"id":"${ours}"`)));
      }
      await clock.pass(400);
      expect(written).toHaveLength(steps.length);
      const last = states(id).at(-1);
      expect(last?.is).toBe(ending);
      if (last?.is === 'done') expect(last).toMatchObject({ acknowledged: true, rttMs: expect.any(Number) });
      if (last?.is === 'failed') expect(last.error.code).toBe('command-refused');
      const said = last?.is === 'done' || last?.is === 'failed' ? last.answer : undefined;
      expect(said).toContain(words);
    });
  });
}
