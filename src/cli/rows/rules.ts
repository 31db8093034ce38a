import type { Command } from '../command.ts'
import {
  changeOptions,
  datastoreArg,
  ifAnyExistsOption,
  ifAnyMissingOption,
  levelWords,
  requirementArg,
  versionArg,
  versionOption,
} from './options.ts'

const namedRequirementArg = (does: string) =>
  ['requirement...', `Requirement as entered or as listed, in quotes, or its ID. ${does} all of them or none.`] as const

/** Rules that apply to all versions of a datastore. */
export const datastoreRuleCommands: readonly Command[] = [
  {
    verb: 'datastore_flavor_requirement_add',
    summary: 'Adds hardware requirements to a datastore: to each of its versions, and to those to come.',
    args: [datastoreArg, requirementArg],
    options: [['--level <word>', `${levelWords} (default: refuse).`], ifAnyMissingOption, ...changeOptions],
    example: [
      "trove-manage datastore_flavor_requirement_add postgresql 'ram>=512MiB' --level audit",
      'Refuses nothing yet: logs and reports show what a refusal would hit.',
    ],
    run: async (...call) => (await import('../datastore-rule-commands.ts')).datastoreRequirementAdd(...call),
  },
  {
    verb: 'datastore_flavor_requirement_delete',
    summary: 'Deletes requirements of a datastore. Those of its versions stay.',
    args: [datastoreArg, namedRequirementArg('Deletes')],
    options: [ifAnyExistsOption, ...changeOptions],
    example: [
      "trove-manage datastore_flavor_requirement_delete postgresql 'ram>=512MiB'",
      'Prints for each version how many more flavors are now allowed.',
    ],
    run: async (...call) => (await import('../datastore-rule-commands.ts')).datastoreRequirementDelete(...call),
  },
  {
    verb: 'datastore_flavor_requirement_level',
    summary: 'Sets the level of requirements of a datastore.',
    args: [datastoreArg, ['level', `${levelWords}.`], namedRequirementArg('Changes')],
    options: [...changeOptions],
    example: [
      "trove-manage datastore_flavor_requirement_level postgresql refuse 'ram>=512MiB'",
      'From now on, each version refuses smaller flavors.',
    ],
    run: async (...call) => (await import('../datastore-rule-commands.ts')).datastoreRequirementLevel(...call),
  },
  {
    verb: 'datastore_flavor_requirement_list',
    summary: 'Lists the requirements of a datastore itself.',
    args: [datastoreArg],
    lists: true,
    example: [
      'trove-manage datastore_flavor_requirement_list postgresql',
      'datastore_version_flavor_requirement_list also shows those of a version.',
    ],
    run: async (...call) => (await import('../datastore-rule-commands.ts')).datastoreRequirementList(...call),
  },
  {
    verb: 'datastore_flavor_policy',
    summary: 'Shows or sets whether the versions of a datastore allow only what is on their lists.',
    args: [datastoreArg],
    options: [
      [
        '--restriction <word>',
        "'listed': each version accepts associated flavors only, even if there are none; 'open': each version decides for itself.",
      ],
      ['--list-level <word>', `The level of that restriction. ${levelWords} (default: refuse).`],
      ...changeOptions,
    ],
    lists: true,
    example: [
      'trove-manage datastore_flavor_policy postgresql --restriction listed --list-level audit',
      'Refuses nothing yet: logs and reports show which flavors are on no list.',
    ],
    run: async (...call) => (await import('../datastore-rule-commands.ts')).datastoreFlavorPolicy(...call),
  },
]

export const ruleCopyCommand: Command = {
  verb: 'rule_copy',
  summary:
    'Gives a datastore version the rules of another one: flavors and volume types, requirements, restriction, enforcement and levels.',
  args: [
    ['from_datastore_name', 'Name of the datastore of the other version.'],
    ['from_datastore_version_name', 'Name of the version whose rules are copied.'],
    datastoreArg,
    versionArg,
  ],
  options: [
    ['--from-version <version>', 'Version number of the other version, if several versions have the same name.'],
    versionOption,
    [
      '--replace',
      'Delete rules of the version that the other one does not have. Without it, refuses if there are any.',
    ],
    ...changeOptions,
  ],
  example: [
    'trove-manage rule_copy postgresql 14 postgresql 15 --dry-run',
    'Shows which flavors the newer version would allow. Rules of the datastore apply to both anyway.',
  ],
  run: async (...call) => (await import('../rule-copy-command.ts')).ruleCopy(...call),
}
