import { waivableCodes } from '../../rules/waivers/waivable-reasons.ts'
import type { Command } from '../command.ts'
import { dryRunOption, versionOption } from './options.ts'

const timeWords =
  'a date, which ends with that day in UTC (2026-12-31); a time in UTC (2026-12-31T18:00); or a number of hours, days or weeks (12h, 14d, 2w)'
const waiverArg = ['waiver_id', 'ID of the waiver, as waiver_list shows it.'] as const
const projectOption = ['--project <project>', 'Project, by name or id; with Keystone, by id.'] as const
/** Waivers of the flavor policy. */
export const waiverCommands: readonly Command[] = [
  {
    verb: 'waiver_add',
    summary: 'Waives the flavor policy for a project or one of its instances, until a time.',
    args: [
      ['datastore_name', 'Name of the datastore.'],
      ['[datastore_version_name]', 'Name of the datastore version (default: all versions of the datastore).'],
    ],
    options: [
      versionOption,
      [projectOption[0], `${projectOption[1]} Required without --instance.`],
      ['--instance <id>', 'Waive it for this instance only.'],
      [
        '--only <reasons>',
        `Comma-separated list of what is waived: ${waivableCodes.join(', ')}, or requirements such as ram>=2048 (default: every reason).`,
        'repeatable',
      ],
      ['--until <time>', `End of the waiver (required): ${timeWords}. [trovets] max_waiver_days limits it.`],
      ['--reason <text>', 'Why it is needed (required).'],
      dryRunOption,
    ],
    example: [
      "trove-manage waiver_add postgresql 18 --project demo --until 14d --reason 'migration, ticket 4711'",
      'For two weeks, instances of the project can have flavors that the version would refuse.',
    ],
    run: async (...call) => (await import('../waiver-commands.ts')).waiverAdd(...call),
  },
  {
    verb: 'waiver_list',
    summary: 'Lists the waivers of the flavor policy.',
    args: [
      ['[datastore_name]', 'Name of the datastore (default: all).'],
      ['[datastore_version_name]', 'Name of the datastore version (default: all).'],
    ],
    options: [
      versionOption,
      projectOption,
      ['--instance <id>', 'List only waivers of this instance.'],
      ['--all', 'Also list waivers that have expired or were ended.'],
    ],
    lists: true,
    example: [
      'trove-manage waiver_list --all',
      'Lists every waiver. The state no_match means that its datastore, version or instance was deleted.',
    ],
    run: async (...call) => (await import('../waiver-commands.ts')).waiverList(...call),
  },
  {
    verb: 'waiver_shorten',
    summary: 'Gives a waiver an earlier end.',
    args: [waiverArg],
    options: [['--until <time>', `New end, before the present one (required): ${timeWords}.`], dryRunOption],
    example: [
      'trove-manage waiver_shorten 019abcf1-7f3e-7000-8000-3c2d1e0f9a8b --until 7d',
      'A waiver cannot be extended: add another one instead.',
    ],
    run: async (...call) => (await import('../waiver-commands.ts')).waiverShorten(...call),
  },
  {
    verb: 'waiver_end',
    summary: 'Ends a waiver now.',
    args: [waiverArg],
    options: [dryRunOption],
    example: [
      'trove-manage waiver_end 019abcf1-7f3e-7000-8000-3c2d1e0f9a8b',
      'Instances keep running. `flavor_compliance` exits with 3 for them again.',
    ],
    run: async (...call) => (await import('../waiver-commands.ts')).waiverEnd(...call),
  },
]
