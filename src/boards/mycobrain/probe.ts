import { encodeMdpFrame, MDP_ADDRESS, MDP_TYPE } from '../../decode/mdp-frame.ts';

/**
 * The three questions put to a board that said nothing in the listening time, in this order (board contract §15): the frame is
 * harmless everywhere; the text finds the gateway, which would send the JSON question over the radio.
 */
export const PROBE_STAGES = ['hello', 'status', 'json'] as const;

export type ProbeStage = (typeof PROBE_STAGES)[number];

/**
 * What one question is on the wire. `seq` is used by the frame only; take one whose frame has no 0A and no 0D in it (§5.3), or
 * the console of the board eats the frame.
 */
export function probeBytes(stage: ProbeStage, seq: number): Uint8Array<ArrayBuffer> {
  switch (stage) {
    case 'hello': {
      const frame = encodeMdpFrame(
        { type: MDP_TYPE.command, seq, src: MDP_ADDRESS.host, dst: MDP_ADDRESS.sideA },
        utf8.encode('{"cmd":"hello"}'),
      );
      return Uint8Array.of(0x0a, 0x00, ...frame, 0x0a);
    }
    case 'status':
      return utf8.encode('status\n');
    case 'json':
      return utf8.encode('{"cmd":"status"}\n');
  }
}

const utf8 = new TextEncoder();
