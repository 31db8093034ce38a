/** Options of oslo.log that scripts and init files pass to Trove's programs, and that have no effect on any of ours. */
export const flagsWithoutEffect = [
  '--log-config-append <path>',
  '--log-config <path>',
  '--log_config <path>',
  '--log-date-format <format>',
  '--nodebug',
  '--use-journal',
  '--nouse-journal',
  '--use-json',
  '--nouse-json',
  '--nouse-syslog',
  '--syslog-log-facility <facility>',
  '--watch-log-file',
  '--nowatch-log-file',
] as const

/** Options that select the log of a server; trove-manage writes none. */
export const logFlags = [
  '--log-dir <dir>',
  '--logdir <dir>',
  '--log-file <path>',
  '--logfile <path>',
  '--use-syslog',
] as const

export const withoutEffect = (flag: string): string =>
  `warning: ${flag.split(' ', 1)[0]} is accepted but has no effect.`

export const syslogSentence =
  'Logging to syslog is not supported. Use a log file; or log to stderr under systemd, whose journal can forward to syslog (ForwardToSyslog=yes).'
