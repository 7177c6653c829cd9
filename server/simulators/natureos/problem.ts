import type { SimAnswer } from '../simulator.ts';

/** The three forms that a failure may have. */
export const saidAsText = (status: number, words: string): SimAnswer => ({ status, json: words });
export const saidAsError = (status: number, error: string): SimAnswer => ({ status, json: { error } });
export const problem = (status: number, title: string): SimAnswer => ({
  status,
  headers: { 'Content-Type': 'application/problem+json' },
  json: { type: 'https://tools.ietf.org/html/rfc9110#section-15.6.1', title, status },
});

/** Answers of the store are written for people. */
export const indented = (value: unknown, status = 200): SimAnswer => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(value, undefined, 2),
});
