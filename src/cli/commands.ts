import type { Command } from './command.ts'
import { configCheck } from './config-commands.ts'
import { dbRecreate, dbSync, dbUpgrade } from './database-commands.ts'
import { datastoreList, datastoreUpdate, datastoreVersionList, datastoreVersionUpdate } from './datastore-commands.ts'
import { flavorAdd, flavorDelete, flavorList } from './flavor-commands.ts'
import { policyShow } from './policy-commands.ts'
import { volumeTypeAdd, volumeTypeDelete, volumeTypeList } from './volume-type-commands.ts'

const datastoreArg = ['datastore_name', 'Name of the datastore.'] as const
const versionArg = ['datastore_version_name', 'Name of the datastore version.'] as const
const versionOption = [
  '--version <version>',
  'The version number of the datastore version, e.g. 5.7.30. Needed only where several versions have the same name.',
] as const
const repoPathOption = ['--repo_path <path>', 'Accepted for the sake of old scripts, and ignored.'] as const

/** Everything that trove-manage knows, in the order in which `--help` shows it. */
export const commands: readonly Command[] = [
  {
    verb: 'db_sync',
    summary: 'Create the database schema, or bring it up to date.',
    options: [repoPathOption],
    example: ['trove-manage db_sync', 'Safe to repeat, to run from several machines at once, and to kill.'],
    run: dbSync,
  },
  {
    verb: 'db_upgrade',
    summary: 'The same as db_sync.',
    options: [
      ['--version <version>', 'Accepted for the sake of old scripts, and ignored: the target is always the newest.'],
      repoPathOption,
    ],
    example: ['trove-manage db_upgrade', 'Brings the schema up to date.'],
    run: dbUpgrade,
  },
  {
    verb: 'db_recreate',
    summary: 'DESTROY everything in the database and create the schema anew.',
    options: [['--yes', 'Do not ask.'], repoPathOption],
    example: ['trove-manage db_recreate --yes', 'Leaves an empty schema.'],
    run: dbRecreate,
  },
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
    verb: 'datastore_version_flavor_add',
    summary: 'Associate flavors with a datastore version, all of them or none.',
    args: [datastoreArg, versionArg, ['flavor_ids', 'Comma separated list of flavor ids.']],
    options: [versionOption, ['--no-check', 'Do not check that the flavors exist.']],
    example: [
      'trove-manage datastore_version_flavor_add postgresql 18 1,2',
      'From now on the version accepts these two as well.',
    ],
    run: flavorAdd,
  },
  {
    verb: 'datastore_version_flavor_delete',
    summary: 'End the association of a flavor with a datastore version.',
    args: [datastoreArg, versionArg, ['flavor_id', 'The flavor whose association ends.']],
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
    verb: 'datastore_version_volume_type_add',
    summary: 'Associate volume types with a datastore version, all of them or none.',
    args: [datastoreArg, versionArg, ['volume_type_ids', 'Comma separated list of volume types, by name or id.']],
    options: [versionOption],
    example: [
      'trove-manage datastore_version_volume_type_add postgresql 18 fast-ssd',
      'From now on volumes must be of this type.',
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
  {
    verb: 'config_check',
    summary: 'Say what of the configuration is used, ignored and wrong. Connects to nothing.',
    options: [['--all', 'Also what is at its default.']],
    lists: true,
    example: ['trove-manage config_check', 'Exits with 1 when something is wrong.'],
    run: configCheck,
  },
  {
    verb: 'policy_show',
    summary: 'Show who may do what: the rules in force, and whether they are the default.',
    args: [['[policy]', 'Name of one policy; all of them when left out.']],
    options: [['--roles <roles>', 'Comma separated roles; adds whether a caller who has them is allowed.']],
    lists: true,
    example: ['trove-manage policy_show datastore:delete --roles member', 'Whether members may delete a datastore.'],
    run: policyShow,
  },
]
