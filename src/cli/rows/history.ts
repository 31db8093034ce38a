import type { Command } from '../command.ts'
import { changeOptions, historyLimitDefault, versionOption } from './options.ts'

/** The recorded changes of what versions and datastores allow. */
export const historyCommands: readonly Command[] = [
  {
    verb: 'rule_history',
    summary:
      'Lists the changes of what datastore versions allow, newest first: who changed what, and when. Also of versions that were deleted.',
    args: [
      ['[datastore_name]', 'Name of the datastore, or id of a deleted one (default: all).'],
      [
        '[datastore_version_name]',
        'Name of the datastore version, or id of a deleted one (default: all). Changes of the datastore are included; their version is all.',
      ],
    ],
    options: [
      versionOption,
      [
        '--since <when>',
        'Only later changes: a date (2026-11-23), a time in UTC (2026-11-23T20:58:35) or an age (90m, 24h, 7d).',
      ],
      ['--by <who>', "Only changes by this user: a user id, or the operating system user, with or without 'cli:'."],
      ['--limit <number>', `Maximum number of changes (default: ${historyLimitDefault}).`],
    ],
    lists: true,
    example: ['trove-manage rule_history postgresql --since 7d', 'Lists the changes of the last seven days.'],
    run: async (...call) => (await import('../history-commands.ts')).ruleHistory(...call),
  },
  {
    verb: 'rule_undo',
    summary: 'Undoes changes that rule_history lists: all of them or none, the newest first.',
    args: [['event...', 'Event of a change, as rule_history lists it.']],
    options: [
      ['--no-check', 'Do not check that flavors and volume types that are associated again exist.'],
      ['--force', 'Also associate flavors again that do not meet the requirements. They are still refused.'],
      ...changeOptions,
    ],
    example: [
      'trove-manage rule_undo 019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
      'Refused if the same was changed again since. The undo is a change, too, and can be undone.',
    ],
    run: async (...call) => (await import('../history-commands.ts')).ruleUndo(...call),
  },
]
