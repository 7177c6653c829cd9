import { type Board, mycobrainUsb } from './board.ts';
import type { Cable } from './cable.ts';

export interface TalkingBoard extends Board {
  /** Sends text or bytes as they are, if somebody has the port open. */
  say(what: string | Uint8Array): void;
  /** Everything that was sent to it. */
  heard(): string;
}

/** A board that says what the test tells it to, and answers nothing but what `answer` gives to a whole line. */
export function talkingBoard(
  serialNumber = 'TALK01',
  answer: (line: string) => string | undefined = () => undefined,
): TalkingBoard {
  let attached: Cable | undefined;
  let heard = '';
  let line = '';
  const say = (what: string | Uint8Array) => attached?.send(Buffer.from(what));
  return {
    usb: mycobrainUsb(serialNumber),
    say,
    heard: () => heard,
    power(cable) {
      attached = cable;
      cable.onBytes((bytes) => {
        const text = Buffer.from(bytes).toString('latin1');
        heard += text;
        const lines = (line + text).split('\n');
        line = lines.pop() ?? '';
        // Frames that came before the line end in a NUL.
        for (const whole of lines) say(answer(whole.trimEnd().split('\0').at(-1) ?? '') ?? '');
      });
      return () => {
        attached = undefined;
      };
    },
  };
}
