import { catalogApply, catalogExport } from './catalogue-commands.ts'
import type { Command } from './command.ts'
import { helpCommands } from './completion.ts'
import { configurationCommands } from './configuration-commands.ts'
import { databaseCommands } from './database-commands.ts'
import {
  datastoreDelete,
  datastoreList,
  datastoreUpdate,
  datastoreVersionDelete,
  datastoreVersionList,
  datastoreVersionUpdate,
} from './datastore-commands.ts'
import { allowNoneOption, dryRunOption } from './dry-run.ts'
import { historyCommands } from './history-commands.ts'
import { presetApply } from './preset-command.ts'
import { ifExistsOption } from './repeatable.ts'
import { datastoreRuleCommands, ruleCopyCommand } from './rule-commands.ts'
import { secretCommands } from './secret-commands.ts'
import { userCommands } from './user-commands.ts'
import { datastoreArg, flavorCommands, versionArg, versionOption, volumeTypeCommands } from './version-commands.ts'
import { waiverCommands } from './waiver-commands.ts'

const datastoreCommands: readonly Command[] = [
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
    verb: 'datastore_delete',
    summary: 'Deletes a datastore that has no versions.',
    args: [datastoreArg],
    options: [ifExistsOption],
    example: ['trove-manage datastore_delete mysql', 'Delete its versions first, with datastore_version_delete.'],
    run: datastoreDelete,
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
      dryRunOption,
    ],
    example: [
      "trove-manage datastore_version_update postgresql 18-test postgresql '' '' 1 --image-tags local,postgresql",
      'Adds an active version to the datastore.',
    ],
    run: datastoreVersionUpdate,
  },
  {
    verb: 'datastore_version_delete',
    summary: 'Deletes a datastore version that no instance uses, and what it allows.',
    args: [datastoreArg, versionArg],
    options: [versionOption, ifExistsOption, dryRunOption],
    example: ['trove-manage datastore_version_delete postgresql 18', 'Refused while an instance uses the version.'],
    run: datastoreVersionDelete,
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
    options: [dryRunOption, allowNoneOption, ['--no-check', 'Do not check that the flavors and volume types exist.']],
    example: [
      'trove-manage catalog_apply datastores.yaml --dry-run',
      'For CI: exit code 0 means that the database matches the file.',
    ],
    run: catalogApply,
  },
  {
    verb: 'preset_apply',
    summary: 'Adds to each datastore version the minimum requirements that the vendor of its database publishes.',
    options: [dryRunOption, allowNoneOption],
    example: ['trove-manage preset_apply --dry-run', 'Shows what the presets would add. They never delete anything.'],
    run: presetApply,
  },
]

/** Every command of trove-manage, in the groups and the order of `--help`. */
export const commandGroups: readonly Readonly<{ title: string; commands: readonly Command[] }>[] = [
  { title: 'Database', commands: databaseCommands },
  { title: 'Configuration', commands: configurationCommands },
  { title: 'Datastores', commands: datastoreCommands },
  { title: 'Flavors', commands: flavorCommands },
  { title: 'Rules of datastores and versions', commands: [...datastoreRuleCommands, ruleCopyCommand] },
  { title: 'Waivers', commands: waiverCommands },
  { title: 'Volume types', commands: volumeTypeCommands },
  { title: 'History', commands: historyCommands },
  { title: 'Users', commands: userCommands },
  { title: 'Passwords and keys', commands: secretCommands },
  { title: 'Help', commands: helpCommands(() => commands) },
]

export const commands: readonly Command[] = commandGroups.flatMap(group => group.commands)
