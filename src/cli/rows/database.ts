import type { Command } from '../command.ts'

const repoPathOption = ['--repo_path <path>', 'Ignored; accepted for compatibility with old scripts.'] as const

/** Commands for the database as a whole. */
export const databaseCommands: readonly Command[] = [
  {
    verb: 'db_sync',
    summary: 'Creates the database schema, or upgrades it to the latest version.',
    options: [repoPathOption],
    example: ['trove-manage db_sync', 'Safe to repeat, to kill, and to run on several machines at once.'],
    run: async (...call) => (await import('../database-commands.ts')).dbSync(...call),
  },
  {
    verb: 'db_upgrade',
    summary: 'The same as db_sync.',
    options: [
      [
        '--version <version>',
        'Ignored; accepted for compatibility with old scripts. The target is always the latest version.',
      ],
      repoPathOption,
    ],
    example: ['trove-manage db_upgrade', 'Upgrades the schema to the latest version.'],
    run: async (...call) => (await import('../database-commands.ts')).dbUpgrade(...call),
  },
  {
    verb: 'db_recreate',
    summary: 'DELETES everything in the database and recreates the schema.',
    options: [['--yes', 'Do not ask for confirmation.'], repoPathOption],
    example: ['trove-manage db_recreate --yes', 'Leaves an empty schema.'],
    run: async (...call) => (await import('../database-commands.ts')).dbRecreate(...call),
  },
  {
    verb: 'db_import',
    summary:
      'Copies everything from another database into the configured one, which must be empty: all or nothing. The two may use different engines.',
    options: [
      ['--from-data-dir <dir>', 'Copy the database in this data folder.', 'repeatable'],
      ['--from-config-file <path>', 'Copy the database of this trove.conf. Can be repeated.', 'repeatable'],
    ],
    example: [
      'trove-manage db_import --from-data-dir /srv/trove-data',
      'Copies the data to the configured database. Stop the service first, so that it writes nothing in the meantime.',
    ],
    run: async (...call) => (await import('../database-commands.ts')).dbImport(...call),
  },
]
