// The page of the simulators' switches. Its elements are made once and then only told what changed, so that focus stays where it is.

/**
 * @typedef {{ name: string, about: string, on: boolean, general: boolean }} Fault
 * @typedef {{ name: string, about: string, value: number, most: number }} Dial
 * @typedef {{ slug: string, about: string, url: string, sockets: number, streams: number, requests: number, handshakes: number,
 *   messages: number, bytes: number, failures: number, faults: Fault[], dials: Dial[] }} Simulator
 */

const ASK_EVERY_MS = 1_000;
const COUNTS = /** @type {const} */ ([
  ['sockets', 'Sockets open'],
  ['streams', 'Streams open'],
  ['handshakes', 'Handshakes'],
  ['requests', 'Requests'],
  ['messages', 'Messages sent'],
  ['bytes', 'Bytes sent'],
  ['failures', 'Failures of its own'],
]);

const HINT = 'What a fault does is told here when it is looked at.';

look();
const told = must('#told');
const main = must('#simulators');
/** @type {Map<string, (one: Simulator) => void>} */
const shown = new Map();
/** @type {Simulator[]} */
let newest = [];
must('#calm').addEventListener('click', () => void calm());
void ask();

/** The same choices as in the app: src/components/look.ts. */
function look() {
  const root = document.documentElement;
  let saved = {};
  try {
    saved = JSON.parse(localStorage.getItem('hyphae.look') ?? '{}') ?? {};
  } catch {
    // Nothing that can be read was chosen: the page looks as it does for everybody.
    saved = {};
  }
  const { theme, contrast, density } = /** @type {Record<string, unknown>} */ (saved);
  const light = theme === 'light' || (theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  root.dataset.theme = light ? 'light' : 'dark';
  if (contrast === 'high' || (contrast !== 'normal' && matchMedia('(prefers-contrast: more)').matches))
    root.dataset.contrast = 'high';
  if (density === 'compact' || density === 'comfortable') root.dataset.density = density;
}

/** @param {string} selector */
function must(selector) {
  const found = document.querySelector(selector);
  if (found === null) throw new Error(`${selector} is not on this page`);
  return found;
}

async function ask() {
  await exchange(undefined);
  setTimeout(ask, ASK_EVERY_MS);
}

/** @param {object | undefined} change */
async function exchange(change) {
  try {
    const answer = await fetch('/api/simulators', {
      ...(change && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(change) }),
    });
    const body = await answer.json();
    if (!answer.ok) tell(body.message ?? `The server answered ${answer.status}.`);
    else show(body.simulators);
  } catch {
    tell('The server does not answer. Trying again …');
  }
}

async function calm() {
  for (const { slug, faults } of newest)
    for (const { name, on } of faults) if (on) await exchange({ slug, fault: { name, on: false } });
}

/** @param {string} text Said aloud only when it changes. */
function tell(text) {
  if (told.textContent !== text) told.textContent = text;
}

/** @param {Simulator[]} all */
function show(all) {
  newest = all;
  const faulty = all.filter(({ faults }) => faults.some(({ on }) => on)).map(({ slug }) => slug);
  tell(
    faulty.length === 0 ? `${all.length} run, all well.` : `${all.length} run. Faults are on: ${faulty.join(', ')}.`,
  );
  for (const one of all) {
    let update = shown.get(one.slug);
    if (update === undefined) {
      update = build(one);
      shown.set(one.slug, update);
    }
    update(one);
  }
}

/** @param {Simulator} one */
function build(one) {
  const section = main.appendChild(document.createElement('section'));
  const heading = add(section, 'h2', one.slug);
  heading.id = `heading-${one.slug}`;
  section.setAttribute('aria-labelledby', heading.id);
  add(section, 'p', one.about).className = 'about';
  const list = add(section, 'dl', '');
  const counts = COUNTS.map(([key, label]) => {
    const pair = add(list, 'div', '');
    add(pair, 'dt', label);
    return /** @type {const} */ ([key, add(pair, 'dd', '')]);
  });
  const own = group(section, 'Faults of its own');
  const general = group(section, 'Faults of any peer');
  own.hidden = one.faults.every((fault) => fault.general);
  const meaning = add(section, 'p', HINT);
  meaning.className = 'about';
  const buttons = one.faults.map((fault) => {
    const button = add(fault.general ? general : own, 'button', fault.name);
    button.type = 'button';
    button.setAttribute('aria-description', fault.about);
    for (const event of ['focus', 'pointerenter'])
      button.addEventListener(event, () => {
        meaning.textContent = `${fault.name}: ${fault.about}`;
      });
    button.addEventListener('click', () => {
      const on = button.getAttribute('aria-pressed') !== 'true';
      void exchange({ slug: one.slug, fault: { name: fault.name, on } });
    });
    return button;
  });
  const dials = one.dials.length === 0 ? [] : dialsOf(one, section);
  return (/** @type {Simulator} */ now) => {
    for (const [key, cell] of counts) cell.textContent = now[key].toLocaleString('en-US');
    for (const [at, button] of buttons.entries())
      button.setAttribute('aria-pressed', String(now.faults[at]?.on ?? false));
    for (const [at, input] of dials.entries())
      if (document.activeElement !== input) input.value = String(now.dials[at]?.value ?? '');
  };
}

/**
 * @param {Simulator} one
 * @param {HTMLElement} section
 */
function dialsOf(one, section) {
  const dials = group(section, 'Dials');
  return one.dials.map((dial) => {
    const label = add(dials, 'label', `${dial.name}: ${dial.about} (up to ${dial.most.toLocaleString('en-US')})`);
    const input = add(label, 'input', '');
    input.type = 'number';
    input.min = '0';
    input.max = String(dial.most);
    input.step = 'any';
    input.addEventListener('change', () => {
      void exchange({ slug: one.slug, dial: { name: dial.name, value: input.valueAsNumber } });
    });
    return input;
  });
}

/**
 * @param {HTMLElement} parent
 * @param {string} name
 */
function group(parent, name) {
  const fieldset = add(parent, 'fieldset', '');
  add(fieldset, 'legend', name);
  return fieldset;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {HTMLElement} parent
 * @param {Tag} tag
 * @param {string} text
 */
function add(parent, tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}
