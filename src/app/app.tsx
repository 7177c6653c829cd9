import { Navigate, Route, Router } from '@solidjs/router';
import { For, type JSX } from 'solid-js';
import type { HubLink } from '../link/link.ts';
import { LinkProvider } from '../link/link-context.ts';
import { AccessGate } from './access-gate.tsx';
import { VIEWS } from './routes.ts';
import { Shell } from './shell.tsx';

/** The whole page, on one link to the hub. */
export function App(props: { readonly link: HubLink }): JSX.Element {
  return (
    <LinkProvider value={props.link}>
      <AccessGate>
        <Router root={Shell}>
          <For each={VIEWS}>{(view) => <Route path={view.path} component={view.component} />}</For>
          <Route path="*" component={() => <Navigate href="/" />} />
        </Router>
      </AccessGate>
    </LinkProvider>
  );
}
