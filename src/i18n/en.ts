import { access } from './access.ts';
import { app } from './app.ts';
import { boards } from './boards.ts';
import { common } from './common.ts';
import { consoleWords } from './console.ts';
import { settings } from './settings.ts';
import { telemetry } from './telemetry.ts';

/** Every word on the screen, in English. Another language is one more file of this type. */
export const t = { access, app, boards, common, console: consoleWords, settings, telemetry };
