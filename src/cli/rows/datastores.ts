import type { Command } from '../command.ts'
import { allowNoneOption, datastoreArg, dryRunOption, ifExistsOption, versionArg, versionOption } from './options.ts'

/** The datastore catalogue: datastores and their versions. */
export const datastoreCommands: readonly Command[] = [
  {
    verb: 'datastore_list',
    summary: 'Lists the datastores.',
    lists: true,
    example: ['trove-manage datastore_list -f json', 'Lists every datastore, as JSON.'],
    run: async (...call) => (await import('../datastore-commands.ts')).datastoreList(...call),
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
    run: async (...call) => (await import('../datastore-commands.ts')).datastoreUpdate(...call),
  },
  {
    verb: 'datastore_delete',
    summary: 'Deletes a datastore that has no versions.',
    args: [datastoreArg],
    options: [ifExistsOption],
    example: ['trove-manage datastore_delete mysql', 'Delete its versions first, with datastore_version_delete.'],
    run: async (...call) => (await import('../datastore-commands.ts')).datastoreDelete(...call),
  },
  {
    verb: 'datastore_version_list',
    summary: 'Lists the versions of one datastore, or of all datastores.',
    args: [['[datastore_name]', 'Name of the datastore (default: all).']],
    lists: true,
    example: ['trove-manage datastore_version_list postgresql', 'Lists its versions, including inactive ones.'],
    run: async (...call) => (await import('../datastore-commands.ts')).datastoreVersionList(...call),
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
    run: async (...call) => (await import('../datastore-commands.ts')).datastoreVersionUpdate(...call),
  },
  {
    verb: 'datastore_version_delete',
    summary: 'Deletes a datastore version that no instance uses, and what it allows.',
    args: [datastoreArg, versionArg],
    options: [versionOption, ifExistsOption, dryRunOption],
    example: ['trove-manage datastore_version_delete postgresql 18', 'Refused while an instance uses the version.'],
    run: async (...call) => (await import('../datastore-commands.ts')).datastoreVersionDelete(...call),
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
    run: async (...call) => (await import('../catalogue-commands.ts')).catalogExport(...call),
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
    run: async (...call) => (await import('../catalogue-commands.ts')).catalogApply(...call),
  },
  {
    verb: 'preset_apply',
    summary: 'Adds to each datastore version the minimum requirements that the vendor of its database publishes.',
    options: [dryRunOption, allowNoneOption],
    example: ['trove-manage preset_apply --dry-run', 'Shows what the presets would add. They never delete anything.'],
    run: async (...call) => (await import('../preset-command.ts')).presetApply(...call),
  },
]
