import type { Option } from './option.ts'

/** Where the log goes: the keys of oslo.log. trove-manage writes no log. */
export const logOptions = {
  debug: { section: 'DEFAULT', key: 'debug', kind: 'flag', fallback: 'false', says: 'Log at debug level.' },
  logFile: {
    section: 'DEFAULT',
    key: 'log_file',
    formerly: [['DEFAULT', 'logfile']],
    kind: 'text',
    fallback: undefined,
    says: 'File that the log is appended to, instead of stderr. Reopened on SIGHUP. A relative path is inside log_dir, if that is set.',
  },
  logDir: {
    section: 'DEFAULT',
    key: 'log_dir',
    formerly: [['DEFAULT', 'logdir']],
    kind: 'text',
    fallback: undefined,
    says: 'Folder of the log file. Without log_file, the file is named after the program, such as trove-api.log.',
  },
  useSyslog: {
    section: 'DEFAULT',
    key: 'use_syslog',
    kind: 'flag',
    fallback: 'false',
    says: 'Must be false: logging to syslog is not supported. systemd can forward its journal to syslog.',
  },
} as const satisfies Record<string, Option>
