import { fork } from 'node:child_process';
import { type OwnProcess, watchProcess } from './own-process.ts';

/** A child process of clients, which is told what to do and answers when it is done. */
export interface ChildGroup<To extends object, From extends { readonly done: string }> {
  readonly process: OwnProcess;
  tell(message: To): void;
  /** The answer; rejects when the process ended or it took too long. */
  answer<Done extends From['done']>(done: Done, withinMs: number): Promise<Extract<From, { done: Done }>>;
}

export function startGroup<To extends object, From extends { readonly done: string }>(
  script: URL,
): ChildGroup<To, From> {
  // Without the options of whoever runs this: a test runner's would find the browser's form of a module.
  const child = fork(script, { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const own = watchProcess(child);
  const answers: From[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  child.on('message', (message) => {
    answers.push(message as From);
    wake();
  });
  void own.ended.then(wake);
  return {
    process: own,
    tell: (message) => child.send(message),
    answer: (done, withinMs) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          waiting.delete(look);
          clearTimeout(timer);
          settle();
        };
        const look = (): void => {
          const found = answers.find((message) => message.done === done);
          if (found !== undefined) finish(() => resolve(found as Extract<From, { done: typeof done }>));
          else if (own.hasEnded()) finish(() => reject(new Error(`clients ended before "${done}": ${own.said()}`)));
        };
        const timer = setTimeout(
          () =>
            finish(() => reject(new Error(`clients did not finish "${done}" within ${withinMs} ms: ${own.said()}`))),
          withinMs,
        );
        waiting.add(look);
        look();
      }),
  };
}
