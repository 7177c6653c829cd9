import type { BoardId, ClientId } from '../../src/contract/ids.ts';
import type { Bus, NodeId } from '../bus/bus.ts';
import type { Boards } from './boards.ts';
import type { BoardRecord, Directory } from './directory.ts';
import type { Homes } from './homes.ts';
import { boardOf, type Judge } from './judge.ts';
import type { Leases } from './leases.ts';
import type { Letter, Question } from './letters.ts';
import type { Post } from './post.ts';
import { readLetter, readQuestion } from './read-neighbours.ts';
import type { Watchers } from './watchers.ts';

/** What this server hears from the others, and tells them: changed records, letters, questions, and that one is lost. */
export class Neighbours {
  readonly #bus: Bus;
  readonly #boards: Boards;
  readonly #directory: Directory;
  readonly #watchers: Watchers;
  readonly #leases: Leases;
  readonly #judge: Judge;
  readonly #homes: Homes;
  readonly #post: Post;
  /** The home that was told last who watches here, per board. */
  readonly #homesTold = new Map<BoardId, NodeId>();
  readonly #stop: () => void;

  constructor(parts: {
    readonly bus: Bus;
    readonly boards: Boards;
    readonly directory: Directory;
    readonly watchers: Watchers;
    readonly leases: Leases;
    readonly judge: Judge;
    readonly homes: Homes;
    readonly post: Post;
  }) {
    this.#bus = parts.bus;
    this.#boards = parts.boards;
    this.#directory = parts.directory;
    this.#watchers = parts.watchers;
    this.#leases = parts.leases;
    this.#judge = parts.judge;
    this.#homes = parts.homes;
    this.#post = parts.post;
    this.#directory.onChange = (board, record) => this.#onRecord(board, record);
    this.#watchers.onChange = (board, watchers) =>
      this.#write(this.#boards.homeOf(board), { is: 'watchers', board, watchers });
    this.#post.onLetter = (from, body) => this.#onLetter(from, readLetter(body));
    this.#post.onQuestion = (from, body, reply, aheadMs) =>
      this.#onQuestion(from, atOurTime(readQuestion(body), aheadMs), reply);
    this.#stop = this.#bus.peers.onLost((node) => this.#onLost(node));
  }

  /** A client's connection ended: the homes of boards whose lease it holds are to know. */
  tellLeft(client: ClientId): void {
    const homes = new Set<NodeId>();
    for (const { lease, home } of this.#directory.all()) if (lease?.client === client) homes.add(home);
    for (const home of homes) this.#write(home, { is: 'left', client });
  }

  close(): void {
    this.#stop();
  }

  #onRecord(board: BoardId, record: BoardRecord | undefined): void {
    this.#homes.recordChanged(board, record);
    if (record === undefined) this.#homesTold.delete(board);
    else if (record.home !== '' && this.#homesTold.get(board) !== record.home) {
      this.#homesTold.set(board, record.home);
      // A new home knows nobody yet.
      if (!this.#boards.isHome(board) && this.#watchers.watchedHere(board)) this.#watchers.tellSoon(board);
    }
    this.#post.recheck();
  }

  #onLetter(from: NodeId, letter: Letter | undefined): void {
    if (letter?.is === 'left') this.#leases.shorten(letter.client, from);
    else if (letter?.is === 'watchers' && this.#boards.isHome(letter.board)) {
      this.#watchers.heard(letter.board, from, letter.watchers);
      this.#boards.publish(letter.board);
    }
  }

  #onQuestion(from: NodeId, question: Question | undefined, reply: (answer: unknown) => void): boolean {
    if (question?.is === 'yield') {
      reply(this.#homes.yield(question.board, question.client) ?? null);
      return true;
    }
    if (question?.is !== 'ask' || !this.#boards.isHome(boardOf(question.request))) return false;
    this.#judge.judge(question.caller, question.request, from, reply);
    return true;
  }

  #onLost(node: NodeId): void {
    this.#leases.shortenAllOf(node);
    for (const board of this.#watchers.lost(node)) this.#boards.publish(board);
    this.#homes.lost(node);
  }

  #write(to: NodeId | undefined, letter: Letter): void {
    if (to !== undefined && to !== '' && to !== this.#bus.node) this.#post.tell(to, letter);
  }
}

/** A deadline is by the clock of the server that was asked first; at the board's home it is by its own. */
function atOurTime(question: Question | undefined, aheadMs: number): Question | undefined {
  if (aheadMs === 0 || question?.is !== 'ask' || question.request.t !== 'command') return question;
  const { request } = question.request;
  const moved = { ...request, deadline: Math.max(0, request.deadline + aheadMs) };
  return { ...question, request: { ...question.request, request: moved } };
}
