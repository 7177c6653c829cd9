const more = (count: number) => (count > 0 ? ` and ${count} more` : '');

/** Shell: rail, top bar, palette, stop, prompts, shortcuts. */
export const app = {
  name: 'Hyphae',
  skip: 'Skip to content',
  rail: { label: 'Views', boards: 'Boards', telemetry: 'Telemetry', console: 'Console', settings: 'Settings' },
  sentence: {
    hubFailed: 'This tab is cut off from Hyphae: reload it',
    hubRestarting: 'Hub restarting: values stand still for a moment',
    hubConnecting: 'Connecting to the hub',
    superseded: 'A newer Hyphae is open in another tab: reload this one',
    cannotOpen: (name: string, others: number) => `${name} cannot be opened${more(others)}`,
    silent: (name: string, age: string | undefined, others: number) =>
      age === undefined ? `${name}${more(others)} sent nothing yet` : `${name}${more(others)} silent for ${age}`,
    away: (name: string, others: number) => `${name}${more(others)} away`,
    noBoards: 'No boards',
    live: (live: number, all: number) =>
      live === all ? `${live === 1 ? '1 board' : `${live} boards`} live` : `${live} of ${all} boards live`,
    relayDegraded: (boards: string) =>
      `${boards} · relay cut off from the other servers: what is on them stands still, it goes on by itself`,
    relayConnected: 'relay connected',
    relayConnecting: 'relay connecting',
    relayRefused: 'relay refused this browser',
    relayLost: (boards: string) => `Relay not reachable · ${boards}`,
    offline: 'Offline: boards keep working',
  },
  palette: {
    open: 'Search or command',
    short: 'Search',
    placeholder: 'Go to, or do …',
    empty: 'Nothing of that name.',
    goTo: (view: string) => `Go to ${view}`,
    needsForm: 'opens its form',
    danger: 'dangerous: opens its form',
    hint: '↑ ↓ choose · Enter do · Esc close',
  },
  stop: {
    button: 'STOP',
    label: (count: number) =>
      `Emergency stop: switch off the outputs of ${count === 1 ? '1 board' : `${count} boards`}`,
    title: 'Emergency stop',
    sending: 'sending stop',
    done: 'stopped: the board confirmed',
    unconfirmed: 'stop sent: this build does not confirm',
    failed: (what: string) => `NOT stopped (${what}): switch off its supply`,
  },
  clientName: 'Name of this browser',
  shortcuts: {
    title: 'Keyboard shortcuts',
    list: [
      ['Ctrl K', 'Search or command'],
      ['?', 'This list'],
      ['g b', 'Go to Boards'],
      ['g t', 'Go to Telemetry'],
      ['g c', 'Go to Console'],
      ['g s', 'Go to Settings'],
      ['Shift Esc', 'Emergency stop'],
      ['Space', 'Telemetry: pause or follow'],
      ['← →', 'Telemetry: look back or forward'],
      ['+ −', 'Telemetry: zoom'],
      ['L', 'Telemetry: live'],
      ['/', 'Console: search'],
    ] as readonly (readonly [string, string])[],
  },
  update: {
    ready: 'A new version is ready.',
    keeps: 'Boards are reopened by themselves; the short gap is drawn.',
    reload: 'Reload now',
    later: 'Later',
  },
  install: { offer: 'Install Hyphae: it then starts with the server down.', do: 'Install', later: 'Not now' },
  broken: {
    what: (view: string) => `${view} could not be drawn.`,
    data: 'Boards, recording and the other views go on.',
    now: 'Try again; if it happens twice, reload the tab.',
    again: 'Try again',
    reload: 'Reload',
  },
  loading: (view: string) => `Loading ${view}`,
};
