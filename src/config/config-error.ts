/** A configuration that cannot be used. The message names file, line, section and key, and never repeats a secret. */
export class ConfigError extends Error {}
