import { expect, test } from 'vitest';
import {
  classifyOpenError,
  classifyPickError,
  classifyReadError,
  classifyWriteError,
  detectOs,
} from './port-errors.ts';

const dom = (name: string, message = '') => new DOMException(message, name);
const first = { os: 'linux', openedBefore: false } as const;

test.each([
  // What Chromium says: the same for a port in use and for a missing permission.
  [dom('NetworkError', 'Failed to open serial port.'), first, 'port-open-failed'],
  [dom('NetworkError', 'Failed to open serial port.'), { os: 'linux', openedBefore: true }, 'port-in-use'],
  [dom('NetworkError', 'Failed to open serial port.'), { os: 'windows', openedBefore: false }, 'port-in-use'],
  [dom('InvalidStateError', 'The port is already open.'), first, 'port-in-use'],
  [dom('SecurityError', 'Access to the feature "serial" is disallowed.'), first, 'serial-not-allowed'],
  [dom('NetworkError', 'The device has been lost.'), first, 'port-lost'],
  // What the WebUSB library makes of the browser's errors.
  [new Error('Error setting up device: SecurityError: Access denied.'), first, 'port-no-permission'],
  [new Error('Error setting up device: NetworkError: Unable to claim interface.'), first, 'port-in-use'],
  [new Error('Error setting up device: NotFoundError: The device was disconnected.'), first, 'port-lost'],
  [new TypeError('out of memory'), first, 'port-open-failed'],
  ['a bare string', first, 'port-open-failed'],
] as const)('open: %s', (cause, circumstances, code) => {
  const error = classifyOpenError(cause, circumstances);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^open: ./);
});

test.each([
  [dom('BufferOverrunError'), 'port-read-error'],
  [dom('BreakError'), 'port-read-error'],
  [dom('FramingError'), 'port-read-error'],
  [dom('ParityError'), 'port-read-error'],
  [dom('UnknownError'), 'port-read-error'],
  ['USB error: babble', 'port-read-error'],
  ['USB error: stall', 'port-read-error'],
  [dom('NetworkError', 'The device has been lost.'), 'port-lost'],
  ['NetworkError: A transfer error has occurred.', 'port-lost'],
  [undefined, 'port-lost'],
] as const)('read: %s', (cause, code) => {
  expect(classifyReadError(cause).code).toBe(code);
});

test('write: always the end of the port', () => {
  expect(classifyWriteError(dom('NetworkError', 'gone'))).toEqual({
    code: 'port-lost',
    message: 'write: NetworkError: gone',
  });
});

test.each([
  ['NotFoundError', 'picker-cancelled'],
  ['SecurityError', 'serial-not-allowed'],
  ['TypeError', 'port-open-failed'],
] as const)('pick: %s', (name, code) => {
  expect(classifyPickError(dom(name)).code).toBe(code);
});

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0', 'linux'],
  ['Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36', 'chromeos'],
  ['Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36', 'android'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'macos'],
  ['something else', 'other'],
] as const)('operating system of %s', (userAgent, os) => {
  expect(detectOs(userAgent)).toBe(os);
});
