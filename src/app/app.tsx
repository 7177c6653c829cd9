import { Navigate, Route, Router } from '@solidjs/router';
import { For, type JSX } from 'solid-js';
import { PanelKindsProvider } from '../components/panel-kinds.ts';
import type { HubLink } from '../link/link.ts';
import { LinkProvider } from '../link/link-context.ts';
import { AccessGate } from './access-gate.tsx';
import { loadPanelKinds } from './panel-kinds.ts';
import { VIEWS } from './routes.ts';
import { Shell } from './shell.tsx';

/** The whole page, on one link to the hub. */
export function App(props: { readonly link: HubLink }): JSX.Element {
  return (
    <LinkProvider value={props.link}>
      <AccessGate>
        <PanelKindsProvider value={loadPanelKinds}>
          <Router root={Shell}>
            <For each={VIEWS}>{(view) => <Route path={view.path} component={view.component} />}</For>
            <Route path="*" component={() => <Navigate href="/" />} />
          </Router>
        </PanelKindsProvider>
      </AccessGate>
    </LinkProvider>
  );
}
