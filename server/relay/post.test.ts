import { expect, test } from 'vitest';
import type { Peers } from '../bus/bus.ts';
import { FakeClock } from '../fake-clock.ts';
import { Post } from './post.ts';

/** Two post offices with a wire between them that can lose what it carries. */
function setUp() {
  const clock = new FakeClock();
  const hooks = new Map<string, (from: string, message: unknown) => void>();
  const wire = { loses: (_from: string) => false, carried: 0 };
  const peersOf = (node: string): Peers => ({
    alive: () => new Set(['a', 'b', 'c']),
    mail(to, message) {
      wire.carried++;
      if (!wire.loses(node)) hooks.get(to)?.(node, JSON.parse(JSON.stringify(message)));
    },
    onMail(told) {
      hooks.set(node, told);
      return () => hooks.delete(node);
    },
    onLost: () => () => undefined,
  });
  const [a, b, c] = ['a', 'b', 'c'].map((node) => new Post(node, peersOf(node), clock, 1_000)) as [Post, Post, Post];
  const asked: string[] = [];
  for (const [name, post] of [['b', b] as const, ['c', c] as const])
    post.onQuestion = (from, body, reply) => {
      asked.push(`${name} ${from} ${body}`);
      reply(`${name} says yes`);
      return true;
    };
  const answers: unknown[] = [];
  const done = (answer: unknown): void => void answers.push(answer);
  return { clock, wire, hooks, a, asked, answers, done };
}

test('a question has one answer, and is not asked again', () => {
  const { clock, a, asked, answers, done } = setUp();
  a.ask({ body: 'well?', route: () => 'b', mayMove: false, done });
  clock.advance(10_000);
  expect([asked, answers]).toEqual([['b a well?'], ['b says yes']]);
  expect(clock.pending).toBe(0);
});

test('an answer that is lost is said again, and the question is not judged twice', () => {
  const { clock, wire, a, asked, answers, done } = setUp();
  wire.loses = (from) => from === 'b';
  a.ask({ body: 'well?', route: () => 'b', mayMove: false, done });
  wire.loses = () => false;
  clock.advance(1_000);
  expect([asked, answers]).toEqual([['b a well?'], ['b says yes']]);
});

test('nobody answers: it ends, and is counted', () => {
  const { clock, wire, a, answers, done } = setUp();
  wire.loses = () => true;
  a.ask({ body: 'well?', route: () => 'b', mayMove: true, done });
  clock.advance(2_000);
  expect([answers, wire.carried, a.unanswered]).toEqual([[undefined], 2, 1]);
});

test('it follows its board, unless asking twice could do harm, and ends where there is nobody to ask', () => {
  const { wire, a, asked, answers, done } = setUp();
  let home: string | undefined | null;
  wire.loses = () => true;
  a.ask({ body: 'move', route: () => home, mayMove: true, done });
  home = 'b';
  a.recheck();
  a.ask({ body: 'stay', route: () => home, mayMove: false, done });
  wire.loses = () => false;
  home = 'c';
  a.recheck();
  expect([asked, answers]).toEqual([['c a move'], ['c says yes', undefined]]);
  a.ask({ body: 'nobody', route: () => null, mayMove: true, done });
  expect(answers.at(-1)).toBeUndefined();
  expect(answers).toHaveLength(3);
});

test('mail of others is left alone, and a closed office ends what is open', () => {
  const { hooks, a, answers, done } = setUp();
  for (const odd of [null, 1, 'x', {}, { is: 'else' }, { is: 'answer', id: 99 }]) hooks.get('a')?.('b', odd);
  a.ask({ body: 'well?', route: () => undefined, mayMove: true, done });
  a.close();
  expect(answers).toEqual([undefined]);
});
