/** Something in the configuration is wrong; the message says what, where, and what would be right. A start says it and nothing else. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
