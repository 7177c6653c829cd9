import { afterEach, expect, test, vi } from 'vitest';
import { stopOnSignal } from './stop-on-signal.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
});

function listen(isOneOfSeveral: boolean) {
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  let closes = 0;
  const close = (): Promise<void> => {
    closes++;
    return new Promise(() => undefined);
  };
  stopOnSignal({ close }, isOneOfSeveral);
  return { exit, closes: () => closes };
}

test('a server that is told twice does not wait for its orderly stop', () => {
  const { exit, closes } = listen(false);
  process.emit('SIGINT');
  expect([closes(), exit.mock.calls]).toEqual([1, []]);
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
});

test('one of several is told by the terminal and by the first of them, and stops in order', () => {
  const { exit, closes } = listen(true);
  process.emit('SIGINT');
  process.emit('SIGTERM');
  expect([closes(), exit.mock.calls]).toEqual([1, []]);
});
