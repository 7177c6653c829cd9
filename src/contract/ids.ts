/** A board as Hyphae knows it: given by the hub that first saw it, kept over replugs, reloads and owner changes. 10+ random characters. */
export type BoardId = string;
/** One page in one tab; new at every load. Also the suffix of the Web Lock `tab:<id>` that the page holds while it lives. */
export type TabId = string;
/** One running hub; new at every start. Also the suffix of the Web Lock `hub:<id>`. */
export type HubId = string;
/** One browser (or agent) towards the relay; kept in storage, so that it is the same after a reload. */
export type ClientId = string;
/** One command, given by whoever asks for it. Doubles as its idempotency key. */
export type CommandId = string;
/** One subscription of one tab; unique within the tab. */
export type SubId = number;
/** One port opened by one serial worker, until it is closed. Only that worker and the hub use it. */
export type PortKey = string;
