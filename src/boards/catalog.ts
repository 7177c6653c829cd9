/**
 * What the page needs to know of every family: which ports to offer, how series are called, which commands are declared. Apart from
 * `registry.ts`, so that a page which only shows boards does not load the code that talks to them (26 KiB gz).
 */
export { findCommand } from './mycobrain/command/declarations.ts';
export { describeSeries } from './mycobrain/reading/quantities.ts';
export { USB_FILTERS } from './mycobrain/usb.ts';
