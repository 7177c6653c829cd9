import { createContext, useContext } from 'solid-js';
import type { HubLink } from './link.ts';

const LinkContext = createContext<HubLink>();

/** `<LinkProvider value={link}>`, once, at the root of the app. */
export const LinkProvider = LinkContext.Provider;

/** The page's link to the hub. Throws outside of a `LinkProvider`. */
export function useLink(): HubLink {
  const link = useContext(LinkContext);
  if (link === undefined) throw new Error('useLink: there is no LinkProvider above');
  return link;
}
