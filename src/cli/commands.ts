import { findingKinds } from '../rules/allowed/flavor/compliance.ts'
import { catalogApply, catalogExport } from './catalogue-commands.ts'
import type { Command } from './command.ts'
import { flavorCompliance } from './compliance-command.ts'
import { configurationCommands } from './configuration-commands.ts'
import { databaseCommands } from './database-commands.ts'
import { datastoreList, datastoreUpdate, datastoreVersionList, datastoreVersionUpdate } from './datastore-commands.ts'
import { flavorExplain } from './explain-command.ts'
import { allFlavors, flavorAdd, flavorDelete, flavorList } from './flavor-commands.ts'
import { presetApply } from './preset-command.ts'
import { flavorPolicy, requirementAdd, requirementDelete, requirementList } from './requirement-commands.ts'
import { secretCommands } from './secret-commands.ts'
import { userCommands } from './user-commands.ts'
import { allVolumeTypes, volumeTypeAdd, volumeTypeDelete, volumeTypeList } from './volume-type-commands.ts'

const datastoreArg = ['datastore_name', 'Name of the datastore.'] as const
const versionArg = ['datastore_version_name', 'Name of the datastore version.'] as const
const versionOption = [
  '--version <version>',
  'The version number of the datastore version, e.g. 5.7.30. Needed only where several versions have the same name.',
] as const

/** Everything that trove-manage knows, in the order in which `--help` shows it. */
export const commands: readonly Command[] = [
  ...databaseCommands,
  {
    verb: 'datastore_list',
    summary: 'List the datastores.',
    lists: true,
    example: ['trove-manage datastore_list -f json', 'All of them, as JSON.'],
    run: datastoreList,
  },
  {
    verb: 'datastore_update',
    summary: 'Add a datastore, or set the default version of one.',
    args: [
      datastoreArg,
      [
        'default_version',
        "Name or id of an active version to make the default, or '' for none (so too for a new datastore).",
      ],
    ],
    example: ["trove-manage datastore_update mysql ''", "Adds the datastore 'mysql' if it is not there."],
    run: datastoreUpdate,
  },
  {
    verb: 'datastore_version_list',
    summary: 'List the versions of a datastore, or of all.',
    args: [['[datastore_name]', 'Name of the datastore; all of them when left out.']],
    lists: true,
    example: ['trove-manage datastore_version_list postgresql', 'Its versions, inactive ones included.'],
    run: datastoreVersionList,
  },
  {
    verb: 'datastore_version_update',
    summary: 'Add a version to a datastore, or change one.',
    args: [
      ['datastore', 'Name of the datastore.'],
      ['version_name', 'Name of the datastore version.'],
      ['manager', 'Name of the manager that looks after its instances, e.g. mysql.'],
      ['image_id', "ID of the image that its instances are made from, or '' when --image-tags says which."],
      ['packages', "Packages that the image must hold; '' for none."],
      ['active', 'Whether instances may be made from it: 0 or 1.'],
    ],
    options: [
      ['--image-tags <tags>', 'Comma separated tags that the image must carry, when no image_id is given.'],
      ['--version <version>', 'The version number, e.g. 5.7.30; the name when not given.'],
      ['--registry-ext <extension>', 'Registry extension of the version.'],
      ['--repl-strategy <strategy>', 'Replication strategy of the version.'],
    ],
    example: [
      "trove-manage datastore_version_update postgresql 18-test postgresql '' '' 1 --image-tags local,postgresql",
      'Adds an active version to the datastore.',
    ],
    run: datastoreVersionUpdate,
  },
  {
    verb: 'catalog_export',
    summary: 'Print datastores, versions and what they allow as a file that catalog_apply reads.',
    options: [
      ['--datastore <name>', 'Only this datastore, by name or id.'],
      ['--flavor-names', 'Name flavors by their names, where those are clear, instead of by their ids.'],
      ['--schema', 'Print the JSON Schema of such files instead, for editors.'],
    ],
    example: ['trove-manage catalog_export --datastore postgresql', 'YAML; the same text as long as nothing changed.'],
    run: catalogExport,
  },
  {
    verb: 'catalog_apply',
    summary: 'Make datastores, versions and what they allow as a file says, all of it or nothing; show what changes.',
    args: [['file', 'A datastore catalogue, as catalog_export prints it; - for standard input.']],
    options: [
      ['--dry-run', 'Change nothing, only show what would change. Exits with 3 when something would.'],
      ['--no-check', 'Do not check that the flavors and volume types exist.'],
    ],
    example: [
      'trove-manage catalog_apply datastores.yaml --dry-run',
      'For CI: exit code 0 means that the database is as the file says.',
    ],
    run: catalogApply,
  },
  {
    verb: 'preset_apply',
    summary: 'Add the minimum requirements that database vendors publish to all versions with their managers.',
    options: [['--dry-run', 'Change nothing, only show what would change. Exits with 3 when something would.']],
    example: ['trove-manage preset_apply --dry-run', 'Shows what the presets would add; nothing is ever deleted.'],
    run: presetApply,
  },
  {
    verb: 'flavor_list',
    summary: 'List the flavors, those that are for some projects only included.',
    lists: true,
    example: ['trove-manage flavor_list', 'All that associations can name.'],
    run: allFlavors,
  },
  {
    verb: 'volume_type_list',
    summary: 'List the volume types, those that are for some projects only included.',
    lists: true,
    example: ['trove-manage volume_type_list', 'All that associations can name.'],
    run: allVolumeTypes,
  },
  {
    verb: 'datastore_version_flavor_add',
    summary: 'Associate flavors with a datastore version, all of them or none.',
    args: [datastoreArg, versionArg, ['flavor_ids', 'Comma separated list of flavor ids.']],
    options: [
      versionOption,
      ['--no-check', 'Do not check that the flavors exist.'],
      ['--force', 'Associate also what breaks the requirements; it goes on being refused.'],
    ],
    example: [
      'trove-manage datastore_version_flavor_add postgresql 18 1,2',
      'From now on the version accepts these two as well.',
    ],
    run: flavorAdd,
  },
  {
    verb: 'datastore_version_flavor_delete',
    summary: 'End the association of a flavor with a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['flavor_id', 'The flavor whose association ends, or several, comma separated: all of them or none.'],
    ],
    options: [versionOption],
    example: [
      'trove-manage datastore_version_flavor_delete postgresql 18 12',
      'After the last one, the version accepts every flavor.',
    ],
    run: flavorDelete,
  },
  {
    verb: 'datastore_version_flavor_list',
    summary: 'List the flavors associated with a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: ['trove-manage datastore_version_flavor_list postgresql 18', 'Flavors that are gone are marked.'],
    run: flavorList,
  },
  {
    verb: 'datastore_version_flavor_requirement_add',
    summary: 'Say what hardware a datastore version needs.',
    args: [
      datastoreArg,
      versionArg,
      [
        'requirement...',
        "What a flavor must satisfy, in quotes: 'ram>=2GiB', 'vcpus<=16', 'extra_specs[KEY]=word'. All are added or none.",
      ],
    ],
    options: [versionOption],
    example: [
      "trove-manage datastore_version_flavor_requirement_add postgresql 18 'ram>=512MiB' 'vcpus>=1'",
      'From now on the version refuses smaller flavors, associated or not.',
    ],
    run: requirementAdd,
  },
  {
    verb: 'datastore_version_flavor_requirement_delete',
    summary: 'Delete requirements of a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['requirement...', 'Each as it was typed or as it is listed, in quotes, or its ID. All are deleted or none.'],
    ],
    options: [versionOption],
    example: [
      "trove-manage datastore_version_flavor_requirement_delete postgresql 18 'ram>=512MiB'",
      'Says how many flavors came in.',
    ],
    run: requirementDelete,
  },
  {
    verb: 'datastore_version_flavor_requirement_list',
    summary: 'List the requirements of a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_requirement_list postgresql 18',
      "In Nova's units; rows that nobody can read are marked.",
    ],
    run: requirementList,
  },
  {
    verb: 'datastore_version_flavor_policy',
    summary: 'Show or set how a datastore version takes its associations and requirements.',
    args: [datastoreArg, versionArg],
    options: [
      versionOption,
      [
        '--restriction <word>',
        "'listed': only associated flavors, even if there are none; 'open': no association means every flavor.",
      ],
      ['--enforcement <word>', "'refuse' what breaks the rule, or admit it and 'warn' of it."],
    ],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_policy postgresql 18 --restriction listed',
      'After the last association, the version accepts no flavor instead of every flavor.',
    ],
    run: flavorPolicy,
  },
  {
    verb: 'datastore_version_flavor_explain',
    summary: 'Say which flavors a datastore version allows, and why not the others.',
    args: [datastoreArg, versionArg, ['[flavor_id]', 'One flavor; all of them when left out.']],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_explain postgresql 18',
      'The smallest flavor that is allowed stands first.',
    ],
    run: flavorExplain,
  },
  {
    verb: 'flavor_compliance',
    summary:
      'List what breaks the rules as they are now, and what to do about it. Exits with 3 when there is something.',
    args: [
      ['[datastore_name]', 'Name of the datastore; all of them when left out.'],
      ['[datastore_version_name]', 'Name of the datastore version; all of them when left out.'],
    ],
    options: [
      versionOption,
      ['--project <id>', 'Only the instances of this project.'],
      ['--kind <kinds>', `Comma separated kinds of findings, out of: ${findingKinds.join(', ')}.`],
    ],
    lists: true,
    example: ['trove-manage flavor_compliance', 'For cron or CI: exit code 0 means that everything is in line.'],
    run: flavorCompliance,
  },
  {
    verb: 'datastore_version_volume_type_add',
    summary: 'Associate volume types with a datastore version, all of them or none.',
    args: [datastoreArg, versionArg, ['volume_type_ids', 'Comma separated list of volume types, by name or id.']],
    options: [versionOption, ['--no-check', 'Do not check that the volume types exist.']],
    example: [
      'trove-manage datastore_version_volume_type_add postgresql 18 fast-ssd',
      'From now on requests must name this type, or another one that is associated.',
    ],
    run: volumeTypeAdd,
  },
  {
    verb: 'datastore_version_volume_type_delete',
    summary: 'End the association of a volume type with a datastore version.',
    args: [datastoreArg, versionArg, ['volume_type_id', 'The volume type whose association ends.']],
    options: [versionOption],
    example: [
      'trove-manage datastore_version_volume_type_delete postgresql 18 fast-ssd',
      'After the last one, every type will do.',
    ],
    run: volumeTypeDelete,
  },
  {
    verb: 'datastore_version_volume_type_list',
    summary: 'List the volume types associated with a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_volume_type_list postgresql 18',
      'A line each, as Trove prints them; -f for other shapes.',
    ],
    run: volumeTypeList,
  },
  ...configurationCommands,
  ...userCommands,
  ...secretCommands,
]
