/** `/api/connections`, read leniently: a server of another build may say more or less. */
export interface ServerAnswer {
  readonly server: string;
  readonly total: number;
  readonly nodes: readonly string[];
  readonly degraded: string | undefined;
  readonly engine: string;
  readonly delivery: { readonly frames: number; readonly writes: number; readonly bytes: number };
  readonly clients: readonly ServerClient[];
  readonly feeds: readonly ServerFeed[];
  /** Counters of the gateway, by upstream. */
  readonly gateway: ReadonlyMap<string, Readonly<Record<string, number | string>>>;
}

export interface ServerClient {
  readonly client: string;
  readonly name: string;
  readonly role: string;
  readonly wire: string;
  readonly since: number | undefined;
  readonly pendingBytes: number;
  readonly behind: number;
  readonly left: number;
  readonly channels: number;
}

export interface ServerFeed {
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly received: number;
  readonly delivered: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly gaps: number;
  readonly lastAgeMs: number | undefined;
  readonly is: string;
  readonly why: string;
  readonly nextAt: number | undefined;
}

/** undefined: it is not such an answer. */
export function readServerAnswer(body: unknown): ServerAnswer | undefined {
  if (!isObject(body) || typeof body.server !== 'string') return undefined;
  const bus = object(body.bus);
  const delivery = object(body.delivery);
  return {
    server: body.server,
    total: number(body.total) ?? 0,
    nodes: list(body.nodes).filter((node) => typeof node === 'string'),
    degraded: isObject(bus.degraded) ? text(bus.degraded.reason) : undefined,
    engine: text(bus.engine),
    delivery: {
      frames: number(delivery.frames) ?? 0,
      writes: number(delivery.writes) ?? 0,
      bytes: number(delivery.bytes) ?? 0,
    },
    clients: list(body.connections).filter(isObject).map(readClient),
    feeds: list(body.feeds).filter(isObject).map(readFeed),
    gateway: readGateway(body.gateway),
  };
}

const readClient = (one: Json): ServerClient => ({
  client: text(one.client),
  name: text(one.name),
  role: text(one.role),
  wire: text(one.wire),
  since: number(one.since),
  pendingBytes: number(one.pendingBytes) ?? 0,
  behind: number(one.behind) ?? 0,
  left: number(one.left) ?? 0,
  channels: list(one.channels).length,
});

function readFeed(one: Json): ServerFeed {
  const state = object(one.state);
  return {
    source: text(one.source),
    from: text(one.from),
    to: text(one.to),
    received: number(one.received) ?? 0,
    delivered: number(one.delivered) ?? 0,
    dropped: numbers(one.dropped),
    gaps: number(one.gaps) ?? 0,
    lastAgeMs: number(one.lastAgeMs),
    is: text(state.is),
    why: text(state.why),
    nextAt: number(state.at),
  };
}

/** A list of objects with an `id`, `slug`, `name` or `upstream`, or an object by these names; nested counters are joined by dots. */
function readGateway(value: unknown): ServerAnswer['gateway'] {
  const entries: (readonly [string, Json])[] = Array.isArray(value)
    ? value.filter(isObject).map((one) => [text(one.id ?? one.slug ?? one.upstream ?? one.name), one] as const)
    : Object.entries(object(value)).flatMap(([name, one]) => (isObject(one) ? [[name, one] as const] : []));
  return new Map(entries.map(([name, one]) => [name, Object.fromEntries(flat(one, ''))]));
}

function flat(one: Json, before: string): (readonly [string, number | string])[] {
  return Object.entries(one).flatMap(([name, value]) => {
    if (typeof value === 'number' || typeof value === 'string') return [[before + name, value] as const];
    return isObject(value) && before === '' ? flat(value, `${name}.`) : [];
  });
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const numbers = (value: unknown): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(object(value)).flatMap(([name, one]) => (typeof one === 'number' ? [[name, one] as const] : [])),
  );
