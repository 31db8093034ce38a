import { findingKinds } from '../../rules/allowed/flavor/compliance.ts'
import { findingGroups } from '../../rules/allowed/flavor/compliance-kinds.ts'
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

/** Flavors, and which of them a datastore version allows. */
export const flavorCommands: readonly Command[] = [
  {
    verb: 'flavor_list',
    summary: 'Lists all flavors, including those for certain projects only.',
    lists: true,
    example: ['trove-manage flavor_list', 'Lists every flavor that can be associated.'],
    run: async (...call) => (await import('../flavor-commands.ts')).allFlavors(...call),
  },
  {
    verb: 'datastore_version_flavor_add',
    summary: 'Associates flavors with a datastore version: all of them or none.',
    args: [datastoreArg, versionArg, ['flavor_ids', 'Comma-separated list of flavors, by id or name.']],
    options: [
      versionOption,
      ['--no-check', 'Do not check that the flavors exist.'],
      ['--force', 'Also associate flavors that do not meet the requirements. They are still refused.'],
      ifAnyMissingOption,
      ...changeOptions,
    ],
    example: [
      'trove-manage datastore_version_flavor_add postgresql 18 1,2',
      'Makes the version accept these two flavors, too.',
    ],
    run: async (...call) => (await import('../flavor-commands.ts')).flavorAdd(...call),
  },
  {
    verb: 'datastore_version_flavor_delete',
    summary: 'Removes the association of flavors with a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['flavor_id', 'Flavor, by id or name, or several, comma-separated. Removes all of them or none.'],
    ],
    options: [versionOption, ifAnyExistsOption, ...changeOptions],
    example: [
      'trove-manage datastore_version_flavor_delete postgresql 18 12',
      'Once the last association is removed, the version accepts every flavor.',
    ],
    run: async (...call) => (await import('../flavor-commands.ts')).flavorDelete(...call),
  },
  {
    verb: 'datastore_version_flavor_list',
    summary: 'Lists the flavors associated with a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: ['trove-manage datastore_version_flavor_list postgresql 18', 'Marks flavors that no longer exist.'],
    run: async (...call) => (await import('../flavor-commands.ts')).flavorList(...call),
  },
  {
    verb: 'datastore_version_flavor_requirement_add',
    summary: 'Adds hardware requirements to a datastore version.',
    args: [datastoreArg, versionArg, requirementArg],
    options: [
      versionOption,
      ['--level <word>', `${levelWords} (default: the enforcement of the version).`],
      ifAnyMissingOption,
      ...changeOptions,
    ],
    example: [
      "trove-manage datastore_version_flavor_requirement_add postgresql 18 'ram>=512MiB' 'vcpus>=1'",
      'Makes the version refuse smaller flavors, associated or not.',
    ],
    run: async (...call) => (await import('../requirement-commands.ts')).requirementAdd(...call),
  },
  {
    verb: 'datastore_version_flavor_requirement_delete',
    summary: 'Deletes requirements of a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['requirement...', 'Requirement as entered or as listed, in quotes, or its ID. Deletes all of them or none.'],
    ],
    options: [versionOption, ifAnyExistsOption, ...changeOptions],
    example: [
      "trove-manage datastore_version_flavor_requirement_delete postgresql 18 'ram>=512MiB'",
      'Prints how many more flavors are now allowed.',
    ],
    run: async (...call) => (await import('../requirement-commands.ts')).requirementDelete(...call),
  },
  {
    verb: 'datastore_version_flavor_requirement_level',
    summary: 'Sets the level of requirements of a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['level', `${levelWords}.`],
      ['requirement...', 'Requirement as entered or as listed, in quotes, or its ID. Changes all of them or none.'],
    ],
    options: [versionOption, ...changeOptions],
    example: [
      "trove-manage datastore_version_flavor_requirement_level postgresql 18 audit 'ram>=512MiB'",
      'From now on, smaller flavors are admitted, and only logs and reports say so.',
    ],
    run: async (...call) => (await import('../requirement-commands.ts')).requirementLevel(...call),
  },
  {
    verb: 'datastore_version_flavor_requirement_list',
    summary: 'Lists the requirements of a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_requirement_list postgresql 18',
      "Shows values in Nova's units, and marks unreadable rows.",
    ],
    run: async (...call) => (await import('../requirement-commands.ts')).requirementList(...call),
  },
  {
    verb: 'datastore_version_flavor_policy',
    summary: 'Shows or sets the restriction, the enforcement and the level of the list of a datastore version.',
    args: [datastoreArg, versionArg],
    options: [
      versionOption,
      [
        '--restriction <word>',
        "'listed': accept associated flavors only, even if there are none; 'open': without associations, accept every flavor.",
      ],
      ['--enforcement <word>', `The level of the rules that have no level of their own. ${levelWords}.`],
      ['--list-level <word>', 'The level of the list alone.'],
      ...changeOptions,
    ],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_policy postgresql 18 --restriction listed',
      'Once the last association is removed, the version accepts no flavor, instead of every flavor.',
    ],
    run: async (...call) => (await import('../requirement-commands.ts')).flavorPolicy(...call),
  },
  {
    verb: 'datastore_version_flavor_explain',
    summary: 'Shows which flavors a datastore version allows, and why it does not allow the others.',
    args: [datastoreArg, versionArg, ['[flavor_id]', 'One flavor, by id or name (default: all).']],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_explain postgresql 18',
      'Lists flavors that break no rule first, then those that are allowed anyway, then refused ones; the smallest first.',
    ],
    run: async (...call) => (await import('../explain-command.ts')).flavorExplain(...call),
  },
  {
    verb: 'flavor_compliance',
    summary:
      'Lists violations of the flavor policies, and what to do about each. Exits with 3 if there are findings that are not waived.',
    args: [
      ['[datastore_name]', 'Name of the datastore (default: all).'],
      ['[datastore_version_name]', 'Name of the datastore version (default: all).'],
    ],
    options: [
      versionOption,
      ['--project <project>', 'Check only the instances of this project, by name or id.'],
      ['--kind <kinds>', `Comma-separated kinds of findings: ${findingKinds.join(', ')}.`],
      [
        '--group <groups>',
        `Comma-separated groups of findings to list: ${findingGroups.join(', ')}. Others do not change the exit code.`,
      ],
      ['--exit-zero', 'Exit with 0 even if there are findings. Errors still exit with 1.'],
      ['--shown-in <path>', 'File of the repository at which GitHub shows the findings. Only with -f sarif.'],
    ],
    lists: true,
    reports: true,
    example: ['trove-manage flavor_compliance', 'For cron or CI: exit code 0 means that there are no findings.'],
    run: async (...call) => (await import('../compliance-command.ts')).flavorCompliance(...call),
  },
]
