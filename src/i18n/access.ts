import type { AccessCode, Role } from '../contract/access.ts';

/** Pairing, and who may come in. */
export const access = {
  pair: {
    title: 'Pair this browser',
    why: {
      new: 'This server asks who you are. Type the code that an owner gave you.',
      ended: 'This browser was signed out, or was not here for a month. Type a new code.',
      again: (name: string, role: string) => `Paired already as ${name}, ${role}. A code changes that.`,
    },
    code: 'Code',
    codeHint: 'Eight characters, from any device. There is no I, L, O, U, 0 or 1 in it.',
    do: 'Pair',
    doing: 'Pairing …',
    where: 'Where to get a code',
    fromOwner: 'From an owner, in Hyphae under Settings › Pair a device.',
    fromServer: 'On the server, by this command:',
    command: 'npm run pair -- --role viewer --name "Tablet 3"',
    fromStart: 'At the first start the server prints one for its owner.',
    skip: 'Go on without the server',
    skipAbout: 'Boards on this computer’s own ports work without it; those that others share do not.',
  },
  settings: {
    title: 'Who is in',
    open: 'This server serves its own computer only. Whoever can open it may do everything.',
    openHow: 'To let other devices in, start it with a secret and a certificate: “Let others in” in docs/operating.md.',
    unknown: 'The server does not answer, so it cannot be said who you are to it.',
    me: 'This browser',
    role: 'Role',
    until: 'Signed in until',
    untilWords: (day: string) => `${day}, longer with every visit`,
    out: 'Sign out',
    outAbout: 'Boards that this browser shares are no longer seen by others.',
    pairAgain: 'Pair',
    devices: 'Paired devices',
    noDevices: 'No other device yet.',
    thisOne: 'this browser',
    seen: (age: string) => (age === 'now' ? 'here now' : `seen ${age} ago`),
    since: (day: string) => `paired ${day}`,
    tokens: 'Tokens of programs',
    noTokens: 'None. On the server: npm run pair -- --token --role operator --name "Agent"',
    used: (age: string | undefined) =>
      age === undefined ? 'never used' : age === 'now' ? 'used now' : `used ${age} ago`,
    runsOut: (day: string) => `until ${day}`,
    only: (patterns: string) => `only ${patterns}`,
    revoke: 'Revoke',
    revoked: (name: string) => `${name} is out.`,
    invite: 'Pair a device',
    inviteName: 'Its name',
    invitePlaceholder: 'Tablet 3',
    inviteDo: 'Make a code',
    inviteAnother: 'Make another code',
    inviteHow: 'Scan this with the device, or open the address there and type the code.',
    inviteOnce: (left: string) => `Works once, for ${left} more.`,
    inviteOver: 'This code has run out.',
    inviteQr: (url: string) => `QR code of ${url}`,
  },
  roles: { viewer: 'Viewer', operator: 'Operator', owner: 'Owner' } satisfies Record<Role, string>,
  rolesAbout: {
    viewer: 'sees boards and channels, changes nothing',
    operator: 'sees all, commands boards, publishes',
    owner: 'does everything: shares boards, lets others in',
  } satisfies Record<Role, string>,
  wait: (seconds: number) => `Try again in ${seconds} s.`,
  /** What happened and what to do, for a person at the pairing page or in the settings. */
  refusal(code: AccessCode | 'offline', message: string): string {
    switch (code) {
      case 'code-wrong':
        return 'That code is not right, was used, or is older than ten minutes. Check it, or ask for a new one.';
      case 'too-many-tries':
        return 'Too many tries.';
      case 'offline':
        return 'The server cannot be reached. Nothing was changed. Check the network and try again.';
      case 'origin-not-allowed':
        return 'The server takes this only from its own pages. Open its address directly, not inside of another page.';
      case 'not-paired':
      case 'session-ended':
        return 'This browser is signed out. Reload the page and pair it.';
      case 'not-allowed':
        return 'Only an owner may do that.';
      case 'connects-per-address':
      case 'connections-per-address':
      case 'requests-per-address':
        return 'Too much at once from this network.';
      default:
        return message;
    }
  },
};
