import type { ErrorCode } from '../contract/error-codes.ts';

export type OperatingSystem = 'windows' | 'mac' | 'linux' | 'chromeos' | 'android' | 'other';

/** The three lines of an error: what happened, what it means for your data, what to do now. */
export interface ErrorLines {
  readonly what: string;
  readonly data: string;
  readonly now: string;
  /** A command to copy, where one mends it. */
  readonly command?: string;
}

const dataSafe = 'Nothing that was recorded or shown is lost.';
const notSent = 'Nothing was sent to the board.';

const mayHaveActed = 'It may have been done all the same: look at the board before you send again.';

/** The part that failed knows whether anything left, and says so when nothing did, or when something may have. */
function unlessSent(message: string, otherwise: string): string {
  if (message.includes('nothing was sent')) return notSent;
  return message.includes('may have') ? mayHaveActed : otherwise;
}

/** The words of a part, which begin small, as a sentence. */
const sentence = (message: string): string => message && `${message[0]?.toUpperCase()}${message.slice(1)}.`;

const inUse: Record<OperatingSystem, string> = {
  linux: 'Close the other program (Arduino monitor, PlatformIO, screen). This names it:',
  mac: 'Close the other program (Arduino, screen, CoolTerm). This names it:',
  windows:
    'Close the other program (Arduino IDE, PuTTY, a second browser). If none is open, unplug the board and plug it in again.',
  chromeos:
    'Close the other program, and check that Linux apps do not have the device: Settings › Linux › USB devices.',
  android: 'Close other apps that use the USB device, then plug it in again.',
  other: 'Close the other program or browser that uses the port.',
};

const noPermission: Record<OperatingSystem, string> = {
  linux: 'Add yourself to the group that owns serial ports, then log out and in again:',
  windows:
    'Open Device Manager › Ports (COM & LPT). A yellow mark means the USB driver (CP210x or CH34x) is missing: install it from the chip maker.',
  mac: 'Plug the board in again and allow the accessory when macOS asks. Older USB chips need the maker’s driver, allowed in Privacy & Security.',
  chromeos: 'Ask the administrator to allow serial ports for this site, or disconnect the device from Linux apps.',
  android: 'Allow the USB device when Android asks, then choose the board again.',
  other: 'Allow this user to open serial ports, then choose the board again.',
};

const openFailedOnLinux =
  'Close any other program that may have it (Arduino monitor, PlatformIO, screen). If there is none, this user may not open serial ports; this mends it once you have logged out and in again:';

/** What to say for an error code on this operating system. `message` is the failing part’s own detail. */
export function errorLines(code: ErrorCode, os: OperatingSystem, message = ''): ErrorLines {
  switch (code) {
    case 'picker-cancelled':
      return { what: 'No board was chosen.', data: dataSafe, now: 'Choose again when you like.' };
    case 'no-web-serial':
      return {
        what: 'This browser cannot read USB serial ports.',
        data: 'Boards that others share through the relay work here, and so does the simulated board.',
        now: 'To plug in a board, open this page in Chrome, Edge or another Chromium browser on a computer.',
      };
    case 'serial-not-allowed':
      return {
        what: 'Serial ports are switched off for this page.',
        data: 'Shared and simulated boards work.',
        now: 'Open the page by https or on localhost, and allow serial ports in the site settings. A managed computer needs its administrator.',
      };
    case 'port-in-use':
      return {
        what: 'Another program has this port open.',
        data: 'No readings come in until it lets go. Hyphae tries again by itself.',
        now: inUse[os],
        ...(os === 'linux' ? { command: 'lsof /dev/ttyACM* /dev/ttyUSB*' } : {}),
        ...(os === 'mac' ? { command: 'lsof /dev/cu.usb*' } : {}),
      };
    case 'port-no-permission':
      return {
        what: 'The operating system does not let this browser open the port.',
        data: 'No readings come in until it does.',
        now: noPermission[os],
        ...(os === 'linux' ? { command: 'sudo usermod -aG dialout $USER' } : {}),
      };
    case 'port-open-failed':
      return {
        what: 'The port could not be opened.',
        data: 'No readings come in. Hyphae tries again by itself.',
        // Chromium on Linux gives one error for a port in use and for a missing permission.
        ...(os === 'linux'
          ? { now: openFailedOnLinux, command: 'sudo usermod -aG dialout $USER' }
          : { now: 'Unplug the board, wait two seconds, plug it in again. Try another cable: some only charge.' }),
      };
    case 'port-lost':
      return {
        what: 'The board went away.',
        data: 'The time without it is drawn as a gap.',
        now: 'Plug it in again; it comes back by itself, no click needed.',
      };
    case 'port-read-error':
      return {
        what: 'Some bytes arrived damaged.',
        data: 'They are counted as lost; the rest is intact.',
        now: 'If the count grows, use a shorter cable or another USB port.',
      };
    case 'no-such-board':
      return { what: 'This board is not here any more.', data: notSent, now: 'Plug it in, or choose another board.' };
    case 'command-not-supported':
      return {
        what: 'This firmware has no such command.',
        data: notSent,
        now: 'Choose one of the actions on its card.',
      };
    case 'command-bad-parameter':
      return { what: message || 'A value does not fit.', data: notSent, now: 'Correct it and send again.' };
    case 'board-not-open':
      return {
        what: 'The board is not connected.',
        data: notSent,
        now: 'Plug it in or open its port, then send again.',
      };
    case 'command-timeout':
      return {
        what: 'The board did not answer.',
        data: 'It may have acted all the same: look at it before you send again.',
        now: 'Send again, or reset the board.',
      };
    case 'command-refused':
      return {
        what: 'The board said no.',
        data: 'Nothing changed on the board.',
        now: message || 'Read its words below.',
      };
    case 'command-expired':
      return { what: 'The command waited too long.', data: notSent, now: 'Send it again.' };
    case 'command-queue-full':
      return { what: 'Too many commands wait for this board.', data: notSent, now: 'Wait for them, then send again.' };
    case 'lease-held':
      return {
        what: `${message || 'Somebody else commands this board now'}.`,
        data: notSent,
        now: 'Ask them to release it, or take over with a reason. If the board is plugged in here, take control back.',
      };
    case 'lease-missing':
      return { what: 'You do not command this board.', data: notSent, now: 'Take command of it, then send again.' };
    case 'hub-timeout':
      return {
        what: 'The hub of this browser did not answer in time.',
        data: 'It may be restarting; what was missed is drawn as a gap.',
        now: 'Wait a few seconds and try again.',
      };
    case 'contract-mismatch':
      return {
        what: 'This tab is older or newer than the rest of Hyphae.',
        data: 'It cannot show data until it is reloaded.',
        now: 'Reload this tab.',
      };
    case 'no-such-upstream':
      return {
        what: sentence(message) || 'There is no such connection any more.',
        data: dataSafe,
        now: 'Look at Connections.',
      };
    case 'upstream-not-reachable':
      return {
        what: sentence(message) || 'The upstream cannot be reached now.',
        data: 'Values on screen are the last ones it sent.',
        now: 'Connections says why, and when it is tried again.',
      };
    case 'upstream-refused':
      return { what: sentence(message) || 'The upstream refused.', data: notSent, now: 'Check what was asked.' };
    case 'upstream-failed':
      return {
        what: sentence(message) || 'The upstream failed.',
        data: 'Whether it acted is not known.',
        now: 'Look at what it reports, then try again.',
      };
    case 'no-such-channel':
      return { what: 'This data does not exist any more.', data: dataSafe, now: 'Go back to Boards.' };
    case 'relay-offline':
      return {
        what: 'The relay is not reachable.',
        data: unlessSent(message, 'Boards plugged in here keep working. Shared ones stand still until it is back.'),
        now: 'It is tried again by itself. Check the network if it lasts.',
      };
    case 'owner-offline':
      return {
        what: 'The computer that holds this board is not connected.',
        data: unlessSent(message, 'Values are the last ones it sent.'),
        now: 'Wake that computer, or open Hyphae there.',
      };
    case 'bad-message':
      return { what: 'A message was refused.', data: notSent, now: message || 'Reload this tab if it happens again.' };
    case 'limit-reached':
      return {
        what: 'A limit of the server was reached.',
        data: dataSafe,
        now: message || 'Close what you do not need.',
      };
    case 'conflict':
      return {
        what: 'Somebody else changed this meanwhile.',
        data: 'Your change was not made.',
        now: 'Look at it again, and change it if you still want to.',
      };
    case 'bus-down':
      return {
        what: 'The servers cannot reach each other now.',
        data: unlessSent(message, 'What happens on this server goes on; other servers do not see it yet.'),
        now: 'Try again in a moment. Tell whoever runs the servers if it lasts.',
      };
    case 'not-allowed':
      return {
        what: sentence(message) || 'Your role does not allow this.',
        data: notSent,
        now: 'Ask the owner of the board.',
      };
  }
}

/** Which operating system’s advice to give, from the user agent data or string. */
export function operatingSystem(userAgent: string, platform = ''): OperatingSystem {
  const text = `${platform} ${userAgent}`.toLowerCase();
  if (text.includes('android')) return 'android';
  if (text.includes('cros') || text.includes('chrome os')) return 'chromeos';
  if (text.includes('windows')) return 'windows';
  if (text.includes('mac')) return 'mac';
  return text.includes('linux') ? 'linux' : 'other';
}
