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
  'Version number of the datastore version, e.g. 5.7.30. Required only when several versions have the same name.',
] as const

/** Every command of trove-manage, in the order of `--help`. */
export const commands: readonly Command[] = [
  ...databaseCommands,
  {
    verb: 'datastore_list',
    summary: 'Lists the datastores.',
    lists: true,
    example: ['trove-manage datastore_list -f json', 'Lists every datastore, as JSON.'],
    run: datastoreList,
  },
  {
    verb: 'datastore_update',
    summary: 'Adds a datastore, or sets its default version.',
    args: [
      datastoreArg,
      [
        'default_version',
        "Name or id of the active version to make the default. Use '' for no default, and for a new datastore.",
      ],
    ],
    example: ["trove-manage datastore_update mysql ''", "Adds the datastore 'mysql' if it does not exist."],
    run: datastoreUpdate,
  },
  {
    verb: 'datastore_version_list',
    summary: 'Lists the versions of one datastore, or of all datastores.',
    args: [['[datastore_name]', 'Name of the datastore (default: all).']],
    lists: true,
    example: ['trove-manage datastore_version_list postgresql', 'Lists its versions, including inactive ones.'],
    run: datastoreVersionList,
  },
  {
    verb: 'datastore_version_update',
    summary: 'Adds a version to a datastore, or changes an existing one.',
    args: [
      ['datastore', 'Name of the datastore.'],
      ['version_name', 'Name of the datastore version.'],
      ['manager', 'Name of the manager of its instances, e.g. mysql.'],
      ['image_id', "ID of the image for its instances, or '' to choose the image by --image-tags."],
      ['packages', "Packages that the image must contain; '' for none."],
      ['active', 'Whether new instances can use the version: 0 or 1.'],
    ],
    options: [
      ['--image-tags <tags>', 'Comma-separated tags that the image must have, if image_id is empty.'],
      ['--version <version>', 'Version number, e.g. 5.7.30 (default: the name).'],
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
    summary:
      'Prints a datastore catalogue: datastores, their versions and what each version allows, for catalog_apply.',
    options: [
      ['--datastore <name>', 'Print only this datastore, by name or id.'],
      ['--flavor-names', 'Print flavor names instead of ids, where the name is unambiguous.'],
      ['--schema', 'Print the JSON Schema of the file instead, for editors.'],
    ],
    example: [
      'trove-manage catalog_export --datastore postgresql',
      'Prints YAML. The text stays the same until something changes.',
    ],
    run: catalogExport,
  },
  {
    verb: 'catalog_apply',
    summary:
      'Applies a datastore catalogue: changes datastores, versions and what they allow to match it, and shows the changes. Applies all of it or nothing.',
    args: [['file', 'Datastore catalogue, as catalog_export prints it; - for standard input.']],
    options: [
      ['--dry-run', 'Change nothing, only show what would change. Exits with 3 if there are changes.'],
      ['--no-check', 'Do not check that the flavors and volume types exist.'],
    ],
    example: [
      'trove-manage catalog_apply datastores.yaml --dry-run',
      'For CI: exit code 0 means that the database matches the file.',
    ],
    run: catalogApply,
  },
  {
    verb: 'preset_apply',
    summary: 'Adds the minimum requirements that database vendors publish to all versions with their managers.',
    options: [['--dry-run', 'Change nothing, only show what would change. Exits with 3 if there are changes.']],
    example: ['trove-manage preset_apply --dry-run', 'Shows what the presets would add. They never delete anything.'],
    run: presetApply,
  },
  {
    verb: 'flavor_list',
    summary: 'Lists all flavors, including those for certain projects only.',
    lists: true,
    example: ['trove-manage flavor_list', 'Lists every flavor that can be associated.'],
    run: allFlavors,
  },
  {
    verb: 'volume_type_list',
    summary: 'Lists all volume types, including those for certain projects only.',
    lists: true,
    example: ['trove-manage volume_type_list', 'Lists every volume type that can be associated.'],
    run: allVolumeTypes,
  },
  {
    verb: 'datastore_version_flavor_add',
    summary: 'Associates flavors with a datastore version: all of them or none.',
    args: [datastoreArg, versionArg, ['flavor_ids', 'Comma-separated list of flavor ids.']],
    options: [
      versionOption,
      ['--no-check', 'Do not check that the flavors exist.'],
      ['--force', 'Also associate flavors that do not meet the requirements. They are still refused.'],
    ],
    example: [
      'trove-manage datastore_version_flavor_add postgresql 18 1,2',
      'Makes the version accept these two flavors, too.',
    ],
    run: flavorAdd,
  },
  {
    verb: 'datastore_version_flavor_delete',
    summary: 'Removes the association of flavors with a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['flavor_id', 'Flavor id, or several, comma-separated. Removes all of them or none.'],
    ],
    options: [versionOption],
    example: [
      'trove-manage datastore_version_flavor_delete postgresql 18 12',
      'Once the last association is removed, the version accepts every flavor.',
    ],
    run: flavorDelete,
  },
  {
    verb: 'datastore_version_flavor_list',
    summary: 'Lists the flavors associated with a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: ['trove-manage datastore_version_flavor_list postgresql 18', 'Marks flavors that no longer exist.'],
    run: flavorList,
  },
  {
    verb: 'datastore_version_flavor_requirement_add',
    summary: 'Adds hardware requirements to a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      [
        'requirement...',
        "Requirement for flavors, in quotes: 'ram>=2GiB', 'vcpus<=16', 'extra_specs[KEY]=word'. Adds all of them or none.",
      ],
    ],
    options: [versionOption],
    example: [
      "trove-manage datastore_version_flavor_requirement_add postgresql 18 'ram>=512MiB' 'vcpus>=1'",
      'Makes the version refuse smaller flavors, associated or not.',
    ],
    run: requirementAdd,
  },
  {
    verb: 'datastore_version_flavor_requirement_delete',
    summary: 'Deletes requirements of a datastore version.',
    args: [
      datastoreArg,
      versionArg,
      ['requirement...', 'Requirement as entered or as listed, in quotes, or its ID. Deletes all of them or none.'],
    ],
    options: [versionOption],
    example: [
      "trove-manage datastore_version_flavor_requirement_delete postgresql 18 'ram>=512MiB'",
      'Prints how many more flavors are now allowed.',
    ],
    run: requirementDelete,
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
    run: requirementList,
  },
  {
    verb: 'datastore_version_flavor_policy',
    summary: 'Shows or sets the restriction and the enforcement of a datastore version.',
    args: [datastoreArg, versionArg],
    options: [
      versionOption,
      [
        '--restriction <word>',
        "'listed': accept associated flavors only, even if there are none; 'open': without associations, accept every flavor.",
      ],
      ['--enforcement <word>', "'refuse': refuse flavors that break the rule; 'warn': allow them with a warning."],
    ],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_policy postgresql 18 --restriction listed',
      'Once the last association is removed, the version accepts no flavor, instead of every flavor.',
    ],
    run: flavorPolicy,
  },
  {
    verb: 'datastore_version_flavor_explain',
    summary: 'Shows which flavors a datastore version allows, and why it does not allow the others.',
    args: [datastoreArg, versionArg, ['[flavor_id]', 'Id or name of one flavor (default: all).']],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_flavor_explain postgresql 18',
      'Lists the smallest allowed flavor first.',
    ],
    run: flavorExplain,
  },
  {
    verb: 'flavor_compliance',
    summary:
      'Lists what does not comply with the current rules, and what to do about each finding. Exits with 3 if there are findings.',
    args: [
      ['[datastore_name]', 'Name of the datastore (default: all).'],
      ['[datastore_version_name]', 'Name of the datastore version (default: all).'],
    ],
    options: [
      versionOption,
      ['--project <project>', 'Check only the instances of this project, by name or id.'],
      ['--kind <kinds>', `Comma-separated kinds of findings: ${findingKinds.join(', ')}.`],
    ],
    lists: true,
    example: ['trove-manage flavor_compliance', 'For cron or CI: exit code 0 means that there are no findings.'],
    run: flavorCompliance,
  },
  {
    verb: 'datastore_version_volume_type_add',
    summary: 'Associates volume types with a datastore version: all of them or none.',
    args: [datastoreArg, versionArg, ['volume_type_ids', 'Comma-separated list of volume types, by name or id.']],
    options: [versionOption, ['--no-check', 'Do not check that the volume types exist.']],
    example: [
      'trove-manage datastore_version_volume_type_add postgresql 18 fast-ssd',
      'From now on, requests must name this volume type or another associated one.',
    ],
    run: volumeTypeAdd,
  },
  {
    verb: 'datastore_version_volume_type_delete',
    summary: 'Removes the association of a volume type with a datastore version.',
    args: [datastoreArg, versionArg, ['volume_type_id', 'Volume type, by name or id.']],
    options: [versionOption],
    example: [
      'trove-manage datastore_version_volume_type_delete postgresql 18 fast-ssd',
      'Once the last association is removed, the version accepts every volume type.',
    ],
    run: volumeTypeDelete,
  },
  {
    verb: 'datastore_version_volume_type_list',
    summary: 'Lists the volume types associated with a datastore version.',
    args: [datastoreArg, versionArg],
    options: [versionOption],
    lists: true,
    example: [
      'trove-manage datastore_version_volume_type_list postgresql 18',
      'Prints one line for each, in the same format as Trove; -f selects other formats.',
    ],
    run: volumeTypeList,
  },
  ...configurationCommands,
  ...userCommands,
  ...secretCommands,
]
