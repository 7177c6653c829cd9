/** What {@link FrameParser} tells of a close frame without a code; never on the wire (RFC 6455 §7.1.5). */
export const NO_CLOSE_CODE = 1005;
/** What an owner is told when a connection ended without a close frame; never on the wire. */
export const ABNORMAL_CLOSE = 1006;

/** Whether a close frame may carry this code: those the protocol names, those registered, and the applications' own. */
export const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== NO_CLOSE_CODE && code !== ABNORMAL_CLOSE) ||
  (code >= 3000 && code <= 4999);
