import type { FromLayoutWorker, ToLayoutWorker } from '../../src/contract/upstream/layout-worker.ts';
import { LayoutBook } from './layout-book.ts';

/** What the worker needs of its thread. */
export interface LayoutThread {
  monoMs(): number;
  post(message: FromLayoutWorker): void;
  onMessage(listener: (message: ToLayoutWorker) => void): void;
}

/** By category, by state, and all in one. */
const MAX_GROUPS = 8;

export function serveLayouts(thread: LayoutThread): void {
  const books = new Map<string, LayoutBook>();
  const bookOf = (group: string): LayoutBook => {
    const known = books.get(group);
    if (known) return known;
    if (books.size >= MAX_GROUPS) books.clear();
    const book = new LayoutBook({ sectors: [], places: [] });
    books.set(group, book);
    return book;
  };
  thread.onMessage((message) => {
    switch (message.t) {
      case 'begin':
        books.set(message.group, new LayoutBook(message.known));
        return;
      case 'move':
        bookOf(message.group).move(message.key, message.x, message.y);
        return;
      case 'forget':
        bookOf(message.group).forget(message.keys);
        return;
      case 'add': {
        const { group, id, nodes, links } = message;
        const from = thread.monoMs();
        const book = bookOf(group);
        const { places, left } = book.add(nodes, links);
        thread.post({
          t: 'placed',
          group,
          id,
          places: [...places].map(([key, [x, y]]) => [key, x, y] as const),
          sectors: book.sectors,
          left,
          tookMs: thread.monoMs() - from,
        });
      }
    }
  });
}
