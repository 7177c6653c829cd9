/**
 * The version of everything in this folder: what crosses a thread, a socket, a disk or a file.
 * `version.test.ts` pins a hash of the folder beside this number, so the wire cannot change by accident.
 *
 * Extend by optional fields. A peer with another version is told so in its hello and can still read what it knows.
 *
 * History, one line per version:
 *  1  boards end to end: channels, sample batches, board status, commands, hub and relay messages.
 */
export const CONTRACT_VERSION = 1;
