import { render } from 'solid-js/web';
import { App } from './app/app.tsx';
import { offerDiagnostics } from './app/diagnostics.ts';
import { holdPorts } from './app/hold-ports.ts';
import { openHubLink } from './link/open-hub-link.ts';
import './styles/tokens.css';
import './styles/base.css';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');

const link = openHubLink();
offerDiagnostics(link);
holdPorts(link);
render(() => <App link={link} />, root);
