import { type AccessRules, BOARD_VERBS, type Role, VERBS, type Verb } from '../../src/contract/access.ts';
import {
  BOARD_PARTS,
  type BoardPart,
  boardChannel,
  isInternalChannel,
  isRestrictedFeed,
  parseBoardChannel,
} from '../../src/contract/channel.ts';
import { compilePattern } from './pattern.ts';

const OPEN_CHANNELS = ['events/**', 'state/**', 'samples/**'];
const READABLE = ['boards', 'relay', 'hub', 'device/**', ...OPEN_CHANNELS];
const NOTHING: AccessRules = {
  subscribe: [],
  publish: [],
  history: [],
  presence: [],
  watch: [],
  command: [],
  share: [],
  own: [],
  admin: [],
};
const VIEWER: AccessRules = { ...NOTHING, subscribe: READABLE, history: READABLE, presence: READABLE, watch: ['**'] };
const OPERATOR: AccessRules = { ...VIEWER, publish: OPEN_CHANNELS, command: ['**'] };
const OWNER: AccessRules = {
  ...OPERATOR,
  subscribe: ['**'],
  history: ['**'],
  presence: ['**'],
  share: ['**'],
  own: ['**'],
  admin: ['**'],
};
export const ROLE_RULES: Readonly<Record<Role, AccessRules>> = { viewer: VIEWER, operator: OPERATOR, owner: OWNER };

/**
 * Patterns that a token is narrowed to, on top of its role. Neither: all that the role may. Only channels: no board can be commanded,
 * shared or owned, and only those can be watched, and stopped, that have a channel among them. Only boards: the list of boards and their own channels, no open ones.
 */
export interface Narrowing {
  readonly channels: readonly string[] | undefined;
  readonly boards: readonly string[] | undefined;
}

export type PrincipalKind = 'open' | 'session' | 'token';

/** How often an answer was found, computed, or forgotten for want of room. One object for all principals. */
export interface AnswerCounts {
  hits: number;
  misses: number;
  evicted: number;
}

/** No channel or board has a longer name; what is remembered is bounded by it. */
const MAX_TARGET_CHARS = 128;

type Matcher = (name: string) => boolean;
type Matchers = Readonly<Record<Verb, readonly Matcher[]>>;

/**
 * Somebody who was let in: one object for all connections of a device or token, so that an answer that was computed once serves them
 * all. Patterns are compiled once; answers are kept in a bounded map.
 */
export class Principal {
  readonly id: string;
  readonly kind: PrincipalKind;
  #name: string;
  #role: Role;
  #narrowing: Narrowing;
  #rules: Matchers;
  readonly #answers = new Map<string, boolean>();
  readonly #maxAnswers: number;
  readonly #counts: AnswerCounts;

  constructor(
    who: { readonly id: string; readonly name: string; readonly kind: PrincipalKind; readonly role: Role },
    narrowing: Narrowing,
    maxAnswers: number,
    counts: AnswerCounts,
  ) {
    this.id = who.id;
    this.kind = who.kind;
    this.#name = who.name;
    this.#role = who.role;
    this.#narrowing = narrowing;
    this.#rules = compileAll(who.role, narrowing);
    this.#maxAnswers = maxAnswers;
    this.#counts = counts;
  }

  get name(): string {
    return this.#name;
  }

  get role(): Role {
    return this.#role;
  }

  get cachedAnswers(): number {
    return this.#answers.size;
  }

  /** Other rules from now on, for every connection that has this principal. */
  change(name: string, role: Role, narrowing: Narrowing): void {
    this.#name = name;
    this.#role = role;
    this.#narrowing = narrowing;
    this.#rules = compileAll(role, narrowing);
    this.#answers.clear();
  }

  /**
   * @param target a channel name for `subscribe`, `publish`, `history` and `presence`; a board id for `watch`, `command`, `share` and
   * `own`; anything for `admin`. Channels of a board also need `watch` on that board.
   */
  may(verb: Verb, target: string): boolean {
    if (target.length > MAX_TARGET_CHARS) return false;
    const key = `${verb} ${target}`;
    const known = this.#answers.get(key);
    if (known !== undefined) {
      this.#counts.hits++;
      return known;
    }
    this.#counts.misses++;
    const answer = this.#decide(verb, target);
    if (this.#answers.size >= this.#maxAnswers) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
      this.#counts.evicted++;
    }
    this.#answers.set(key, answer);
    return answer;
  }

  /** Which keys of a state channel this principal may see; undefined: all. The list of boards has their ids as keys. */
  keysOf(channel: string): ((key: string) => boolean) | undefined {
    return channel === 'boards' && this.#narrowing.boards !== undefined
      ? (board) => this.may('watch', board)
      : undefined;
  }

  /** The rules as they are, for a person to look at. */
  describe(): { readonly role: Role; readonly rules: AccessRules; readonly narrowing: Narrowing } {
    return { role: this.#role, rules: ROLE_RULES[this.#role], narrowing: this.#narrowing };
  }

  #decide(verb: Verb, target: string): boolean {
    if (verb === 'admin') return this.#rules.admin.length > 0;
    if (isBoardVerb(verb)) return this.#allows(verb, target);
    if (isInternalChannel(target) || !this.#allows(verb, target)) return false;
    if (isRestrictedFeed(target) && this.#role === 'viewer') return false;
    const board = parseBoardChannel(target)?.board;
    return board === undefined || this.may('watch', board);
  }

  #allows(verb: Verb, target: string): boolean {
    return this.#rules[verb].some((matches) => matches(target));
  }
}

const isBoardVerb = (verb: Verb): boolean => (BOARD_VERBS as readonly Verb[]).includes(verb);
const BOARDS_ONLY = ['boards', 'device/**'];

const PARTS = Object.keys(BOARD_PARTS) as BoardPart[];

/** A board is seen by whoever may read one of its channels. */
const seenBy = (channels: readonly string[] | undefined): readonly Matcher[] | undefined =>
  channels?.map(compilePattern).map((matches) => (board) => PARTS.some((part) => matches(boardChannel(board, part))));

/** A narrowed verb is allowed where one of the role's patterns and one of the token's agree. */
function compileAll(role: Role, { channels, boards }: Narrowing): Matchers {
  const isNarrowed = channels !== undefined || boards !== undefined;
  const only = (verb: Verb): readonly string[] | undefined => {
    if (!isNarrowed) return undefined;
    if (verb === 'admin') return [];
    if (!isBoardVerb(verb)) return channels ?? BOARDS_ONLY;
    return boards ?? [];
  };
  const compile = (verb: Verb): readonly Matcher[] => {
    const narrow = verb === 'watch' && boards === undefined ? seenBy(channels) : only(verb)?.map(compilePattern);
    if (narrow?.length === 0) return [];
    const wide = ROLE_RULES[role][verb].map(compilePattern);
    if (narrow === undefined) return wide;
    return wide.map((matches) => (name: string) => matches(name) && narrow.some((one) => one(name)));
  };
  return Object.fromEntries(VERBS.map((verb) => [verb, compile(verb)])) as unknown as Matchers;
}
