import type { TransportName } from '../contract/upstream/status.ts';

/** One for all: making one costs a hundred times what it does. */
const numbers = new Intl.NumberFormat('en-US');
const count = (n: number) => numbers.format(n);
const many = (n: number, one: string, more: string) => `${count(n)} ${n === 1 ? one : more}`;

function nth(n: number): string {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`;
}

/** The Connections view. Not part of `t`: it is loaded with the view, so that the first screen stays small. */
export const connections = {
  title: 'Connections',
  tabs: { label: 'Parts of Connections', overview: 'Overview', messages: 'Messages' },

  /** The sentence over the table. */
  verdict: {
    waiting: 'Asking the hub what is connected',
    well: (live: number, idle: number) =>
      `${many(live, 'source', 'sources')} live${idle > 0 ? ` · ${idle} idle, nobody looks` : ''}`,
    part: (name: string, part: string, state: string) => `${name} in part: ${part} ${state}`,
    one: (name: string, state: string, age: string) => `${name} ${state}${age === '' ? '' : ` for ${age}`}`,
    trouble: (names: readonly string[], more: number) => `${names.join(' · ')}${more > 0 ? ` and ${more} more` : ''}`,
    nothing: 'Nothing is connected',
  },

  find: 'Filter: name, state, transport',
  everyLine: 'Every connection',
  drawing: 'Drawing',
  copyAll: 'Copy diagnosis of all',
  copyOne: 'Copy diagnosis',
  simulators: 'Simulators',
  copied: (what: string) => `Copied: diagnosis of ${what}`,
  notCopied: (why: string) => `Could not copy: ${why}`,
  everything: 'everything',
  addedHere: 'added in this browser',
  ago: (age: string) => (age === 'now' ? 'just now' : `${age} ago`),
  nothingFound: 'Nothing has these words.',
  showAll: 'Show all',

  groups: { upstreams: 'Upstreams', boards: 'Boards', tabs: 'Tabs of this browser', server: 'Server and its clients' },
  columns: {
    name: 'Name',
    transport: 'Transport',
    trouble: 'State',
    records: 'Records/s',
    bytes: 'Bytes/s',
    age: 'Last record',
    latency: 'Latency',
    losses: 'Losses',
    subs: 'Readers',
  },
  columnHints: {
    name: 'Sort by name',
    trouble: 'Sort by trouble: what needs somebody comes first',
    records: 'Sort by records per second',
    bytes: 'Sort by bytes per second',
    age: 'Sort by age of the last record, oldest first',
    latency: "From the source's own time to us, of half and of 99 in 100 records",
    losses: 'Sort by losses: what arrived, or should have, and is not in the data',
    subs: 'Sort by how many read it',
  },
  table: 'Connections, boards, tabs and servers',
  latency: (p50: string, p99: string) => `${p50} / ${p99}`,
  rtt: (ms: string) => `${ms} rtt`,
  curve: (name: string) => `${name}: records per second, last minute`,

  transports: {
    signalr: 'SignalR',
    websocket: 'WebSocket',
    sse: 'SSE',
    poll: 'poll',
    relay: 'our server',
    port: 'in browser',
    redis: 'Redis',
  } satisfies Record<TransportName | 'port' | 'redis', string>,
  boardTransport: { tab: 'USB', relay: 'our server', simulated: 'simulated', none: '–' },

  state: {
    is: {
      live: 'live',
      late: 'late',
      quiet: 'connected',
      stale: 'stale',
      part: 'in part',
      connecting: 'connecting',
      retrying: 'retrying',
      refused: 'refused',
      away: 'away',
      stopped: 'stopped',
      idle: 'idle',
      none: 'not set up',
    },
    forAge: (age: string) => (age === 'now' ? 'just now' : `for ${age}`),
    nextIn: (age: string) => `next try in ${age}`,
    nextNow: 'trying now',
    retry: (next: string, attempt: number, why: string) =>
      [next, attempt > 1 ? nth(attempt) : '', why].filter((part) => part !== '').join(', '),
    refusedWhy: (why: string) => why,
    nothingFor: (age: string) => `nothing for ${age}`,
    neverCame: 'nothing ever came',
    nothingYet: 'nothing came yet',
    nothingYetFor: (age: string) => `nothing came yet, ${age}`,
    nobodyLooks: 'nobody looks at it',
    notConfigured: 'nobody said where it is',
  },

  losses: {
    none: 'nothing lost',
    zero: '0 lost',
    what: {
      dropped: 'dropped',
      unknown: 'unknown',
      deduped: 'seen before',
      withheld: 'withheld',
      filtered: 'filtered out',
      expired: 'expired',
      late: 'too late',
      lost: 'lost',
      damaged: 'damaged',
      gap: 'gaps',
      merged: 'merged into later ones',
      thinned: 'thinned',
      refused: 'refused',
    } as Readonly<Record<string, string>>,
  },

  hop: {
    path: 'The way of its data',
    at: {
      source: 'source',
      usb: 'port',
      gateway: 'gateway',
      server: 'server',
      hub: 'hub',
      tab: 'tab',
      client: 'client',
    },
    gateway: 'Gateway of our server',
    server: 'Our server',
    hub: 'Hub of this browser',
    usb: 'USB port',
    simulatedPort: 'Pretended port',
    hubSilent: 'the hub does not tell',
    gatewaySilent: 'the server does not count it',
    unreadable: 'unreadable batch',
    lines: (n: number) => many(n, 'connection', 'connections'),
    records: (n: number) => many(n, 'message', 'messages'),
    tries: (connects: number, attempts: number) => `connected ${connects} of ${many(attempts, 'try', 'tries')}`,
    frames: (frames: number, records: number) =>
      `${many(frames, 'message', 'messages')} → ${many(records, 'record', 'records')}`,
    bytes: (inn: string, out: string) => `${inn} in, ${out} out`,
    staleAfter: (age: string) => `stale after ${age} without a record`,
    lastFrame: (ago: string) => `last message ${ago}`,
    rtt: (ms: number) => `round trip ${ms} ms`,
    intoChannels: (records: number, channels: number) =>
      `${many(records, 'record', 'records')} into ${many(channels, 'channel', 'channels')}`,
    lookers: (n: number) => many(n, 'reader', 'readers'),
    kept: (bytes: string) => `${bytes} kept`,
    channels: (n: number) => many(n, 'channel', 'channels'),
    items: (n: number) => many(n, 'item', 'items'),
    resets: (n: number) => many(n, 'reset', 'resets'),
    cadence: (age: string) => `speaks every ${age}`,
  },

  gateway: {
    requests: (asked: number, passed: number, kept: number) =>
      `${many(asked, 'request', 'requests')}: ${passed} passed on, ${kept} answered from here`,
    open: (now: number, ever: number) => `${now} open now, ${ever} since its start`,
    messages: (inn: string, out: string) => `${inn} messages in, ${out} out`,
    answers: (p50: number, p99: number) => `answers in ${p50} / ${p99} ms`,
    failed: 'the source did not answer',
  },

  remark: {
    stopped: (subs: number) =>
      subs === 0
        ? 'Stopped by a person, for all tabs of this browser; nobody waits for its data. Other browsers are not affected.'
        : `Stopped by a person, for all tabs of this browser. ${many(subs, 'reader waits', 'readers wait')} for its data; other browsers are not affected.`,
    startAgain: 'Start brings it back; what came meanwhile is a gap.',
    refused: 'Trying again would not help until what it says is changed. Restart asks once more.',
    notConfigured: (id: string) =>
      `Nobody said where it is. Give the server its address (see docs/upstreams.md, “${id}”), or start it without any to run the simulators.`,
    lastDrop: (at: string, ago: string, why: string) => `Last connection ended ${at} (${ago}): ${why}`,
    lastCounted: (ago: string, what: string, excerpt: string) =>
      `Last left out ${ago}: ${what}${excerpt === '' ? '' : ` “${excerpt}”`}`,
    channel: (channel: string, records: number, subs: number) =>
      `${channel}: ${many(records, 'record', 'records')}, ${many(subs, 'reader', 'readers')}`,
  },

  board: {
    thisTab: 'held by this tab',
    otherTab: 'held by another tab',
    atClient: (name: string) => `plugged in at ${name}`,
    simulated: 'pretended in this browser',
    nobody: 'nobody holds it',
    bySequence: 'by its own numbers',
    firmware: (words: string) => `Firmware ${words}`,
    released: 'The port was let go for another program. Boards opens it again.',
  },

  tab: {
    here: 'This tab',
    other: (id: string) => `Tab ${id}`,
    subs: (n: number) => many(n, 'subscription', 'subscriptions'),
    deliveries: (n: number) => many(n, 'delivery', 'deliveries'),
    waiting: (n: number) => `${n} not drawn yet`,
    slow: 'tab was slow',
    about: 'Records/s of a tab are deliveries: each may carry many records.',
  },

  server: {
    relay: 'Our server',
    node: (id: string) => `Server ${id}`,
    thisNode: (engine: string) => `this one, bus: ${engine}`,
    otherNode: 'another one on the same bus',
    thisBrowser: 'this browser',
    degraded: (reason: string) => `Cut off from the other servers: ${reason}`,
    clock: (ms: number) => `Its clock is ${Math.abs(ms)} ms ${ms < 0 ? 'behind' : 'ahead of'} ours.`,
    writes: (n: number) => many(n, 'socket write', 'socket writes'),
    waiting: (bytes: string, behind: number) =>
      `${bytes} wait in its socket; ${many(behind, 'record', 'records')} behind.`,
  },
  /** Why the server's side is not shown. */
  serverIs: {
    asking: 'Asking the server',
    known: '',
    'not-allowed': 'Only owners see who is connected to the server.',
    away: 'The server does not answer.',
  },

  actions: {
    stop: 'Stop',
    start: 'Start',
    restart: 'Restart',
    stopped: (name: string) => `${name} stopped for this browser`,
    started: (name: string) => `${name} started`,
    restarted: (name: string) => `${name} restarting`,
    messages: 'Messages',
    failed: (what: string) => `That did not work: ${what}`,
  },

  empty: {
    title: 'No upstream is set up',
    text: 'Upstreams are feeds from outside: NatureOS, MAS, Mycorrhizae, Redis, aircraft and vessels. Their addresses are in the server’s configuration file; without any, “npm start” runs simulators of all of them.',
    do: 'See docs/upstreams.md for each one’s address and keys, or add any feed by its address.',
    add: 'Add a feed',
    away: 'The server that knows the upstreams does not answer. Boards of this computer go on.',
  },

  map: {
    label: 'Who gets what from whom. Arrow keys go from one to the next, Enter opens its row.',
    hint: 'Point at a line or a box to read it; click opens its row.',
    columns: { left: 'Sources', server: 'Server', hub: 'Hub', right: 'Readers' },
    hub: 'Hub',
    server: 'Our server',
    servers: (n: number) => `Our ${n} servers`,
    edge: (from: string, to: string, state: string) => `${from} → ${to}: ${state}`,
    more: (n: number) => `${n} more`,
    recordsPerS: (rate: string) => `${rate}/s`,
  },

  messages: {
    source: 'Messages of',
    choose: 'Choose a connection or a channel',
    lines: 'Connections: bytes, frame, record',
    channels: 'Channels',
    boards: 'Boards',
    lab: 'Hyphae itself',
    show: 'Show only',
    search: 'Find',
    found: (at: number, of: number) => (of === 0 ? 'none' : `${at} of ${of}`),
    next: 'Next',
    previous: 'Previous',
    pause: 'Pause',
    resume: 'Go on',
    waiting: (n: number) => `${count(n)} came meanwhile`,
    clear: 'Clear',
    shown: (shown: number, all: number) =>
      shown === all ? many(all, 'message', 'messages') : `${count(shown)} of ${many(all, 'message', 'messages')}`,
    older: (n: number) => `${count(n)} older ones dropped`,
    directions: { in: 'in', out: 'out', state: 'state' },
    outcomes: { record: 'became records', counted: 'left out', none: 'neither' },
    filters: 'What is shown',
    list: 'Messages',
    columns: { time: 'Time', dir: 'Way', size: 'Size', text: 'Message', result: 'Became' },
    forms: {
      text: 'text',
      binary: 'binary',
      event: 'event',
      response: 'answer',
      invocation: 'invocation',
      note: 'note',
      record: 'record',
      put: 'put',
      del: 'removed',
      rows: 'rows',
      gap: 'gap',
    },
    empty: {
      none: {
        title: 'Nothing chosen',
        text: 'Choose a connection to see its bytes and what became of them, or a channel to see its records.',
      },
      quiet: { title: 'Nothing came yet', text: 'It is listened to. Messages appear here as they come.' },
      filtered: { title: 'Nothing of that kind', text: 'Messages came, and the filter leaves all of them out.' },
    },
    showAll: 'Show all',
    pin: 'Pin',
    unpin: 'Unpin',
    pinned: (n: number) => `Pinned (${n})`,
    pinnedFull: 'Fifty are pinned already: let one go first.',
    copy: 'Copy text',
    copyVector: 'Copy as vector',
    copied: 'Copied',
    vectorCopied: 'Copied as one line of NDJSON',
    details: 'Message',
    close: 'Close',
    raw: 'Raw',
    frame: 'Frame',
    became: 'Became',
    becameNothing: 'Nothing: it is neither a record nor counted.',
    cut: (chars: string) => `Cut here: only the first ${chars} characters are kept.`,
    notJson: 'It is not JSON.',
    result: {
      put: 'latest of',
      event: 'event on',
      remove: 'removed from',
      replace: 'all of',
      rows: 'rows on',
      gap: 'gap on',
    },
    counted: (what: string, reason: string) => `${what}${reason === '' ? '' : `: ${reason}`}`,
    rowsOf: (rows: number, series: number) => `${many(rows, 'row', 'rows')} of ${many(series, 'series', 'series')}`,
    removed: (key: string) => `${key} is gone`,
    snapshot: 'snapshot',
    merged: (n: number) => `${n} merged on the way here`,
    gap: (why: string, lost: number | undefined) =>
      lost === undefined ? `gap: ${why}` : `gap of ${count(lost)}: ${why}`,
  },
};
