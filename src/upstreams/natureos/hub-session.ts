import type { EpochMs } from '../../contract/time.ts';
import { type Fields, field, textOf } from './fields.ts';
import { timeOf } from './times.ts';

const MOST_GROUPS = 100;

/** What the hub said of our connection. All of it dies with the connection. */
export class HubSession {
  readonly #groups = new Set<string>();
  #connectionId: string | undefined;
  #connectedAt: EpochMs | undefined;

  /** How the hub names us to others. */
  get connectionId(): string | undefined {
    return this.#connectionId;
  }

  /** By the hub's clock. */
  get connectedAt(): EpochMs | undefined {
    return this.#connectedAt;
  }

  get groups(): ReadonlySet<string> {
    return this.#groups;
  }

  connected(message: Fields): void {
    this.#groups.clear();
    this.#connectionId = textOf(field(message, 'connectionId'));
    this.#connectedAt = timeOf(field(message, 'timestamp'));
  }

  joined(message: Fields): void {
    const name = textOf(field(message, 'groupName'));
    if (name !== undefined && this.#groups.size < MOST_GROUPS) this.#groups.add(name);
  }

  left(message: Fields): void {
    const name = textOf(field(message, 'groupName'));
    if (name !== undefined) this.#groups.delete(name);
  }

  lost(): void {
    this.#groups.clear();
    this.#connectionId = undefined;
  }
}

/**
 * A method that does not exist, or arguments that it does not take: trying again with the same words cannot help. The words after this
 * beginning depend on how the hub is configured.
 */
export const isPermanentHubError = (error: string): boolean =>
  /^\s*Failed to invoke '/.test(error) || /Method does not exist/.test(error);

/** The group of a place: each coordinate floored to a tenth of a degree. */
export const locationGroup = (latitude: number, longitude: number): string =>
  `location-${tenth(latitude)}-${tenth(longitude)}`;

// The small addition keeps 47.6 × 10 = 475.99999999999994 at 47.6.
const tenth = (degrees: number): string => String(Math.floor(degrees * 10 + 1e-9) / 10);
