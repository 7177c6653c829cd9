import { expect, test } from 'vitest';
import { isCloseCode } from './close-code.ts';

test('a close frame may carry the codes that RFC 6455 and its registry give out, and the applications’ own', () => {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
    expect(isCloseCode(code), String(code)).toBe(true);
  for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
    expect(isCloseCode(code), String(code)).toBe(false);
});
