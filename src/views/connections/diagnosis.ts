/** What a row is copied as: everything that is known about it, ready to be pasted to whoever helps. */
export interface Diagnosis {
  readonly app: { readonly name: 'Hyphae'; readonly build: string; readonly at: string };
  readonly browser: string;
  readonly what: string;
  readonly facts: unknown;
}

export function makeDiagnosis(
  what: string,
  facts: unknown,
  app: { build: string; now: number; browser: string },
): string {
  const diagnosis: Diagnosis = {
    app: { name: 'Hyphae', build: app.build, at: new Date(app.now).toISOString() },
    browser: app.browser,
    what,
    facts,
  };
  return JSON.stringify(diagnosis, (name, value: unknown) => withoutSecrets(name, value), 2);
}

const SECRET_NAME = /token|secret|password|passwd|authorization|cookie|api-?key|(^|[_-])key$|credential/i;
const URL_SECRET = /([?&;](?:[\w.-]*(?:token|secret|password|key|auth|code|sig(?:nature)?)[\w.-]*)=)[^&;#\s"']*/gi;
const URL_USER = /(\w+:\/\/)[^/@\s]+@/g;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]+/gi;

/** Nothing of that kind should be in a status; what a peer put into its own words is taken out all the same. */
export function withoutSecrets(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (SECRET_NAME.test(name)) return '…';
  return value.replace(URL_SECRET, '$1…').replace(URL_USER, '$1…@').replace(BEARER, '$1 …');
}
