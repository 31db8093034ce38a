import type { Command } from '../command.ts'
import { datastoreArg, dryRunOption, ifAnyMissingOption, ifExistsOption, versionArg, versionOption } from './options.ts'

/** Volume types, and which of them a datastore version allows. */
export const volumeTypeCommands: readonly Command[] = [
  {
    verb: 'volume_type_list',
    summary: 'Lists all volume types, including those for certain projects only.',
    lists: true,
    example: ['trove-manage volume_type_list', 'Lists every volume type that can be associated.'],
    run: async (...call) => (await import('../volume-type-commands.ts')).allVolumeTypes(...call),
  },
  {
    verb: 'datastore_version_volume_type_add',
    summary: 'Associates volume types with a datastore version: all of them or none.',
    args: [datastoreArg, versionArg, ['volume_type_ids', 'Comma-separated list of volume types, by name or id.']],
    options: [
      versionOption,
      ['--no-check', 'Do not check that the volume types exist.'],
      ifAnyMissingOption,
      dryRunOption,
    ],
    example: [
      'trove-manage datastore_version_volume_type_add postgresql 18 fast-ssd',
      'From now on, requests must name this volume type or another associated one.',
    ],
    run: async (...call) => (await import('../volume-type-commands.ts')).volumeTypeAdd(...call),
  },
  {
    verb: 'datastore_version_volume_type_delete',
    summary: 'Removes the association of a volume type with a datastore version.',
    args: [datastoreArg, versionArg, ['volume_type_id', 'Volume type, by name or id.']],
    options: [versionOption, ifExistsOption, dryRunOption],
    example: [
      'trove-manage datastore_version_volume_type_delete postgresql 18 fast-ssd',
      'Once the last association is removed, the version accepts every volume type.',
    ],
    run: async (...call) => (await import('../volume-type-commands.ts')).volumeTypeDelete(...call),
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
    run: async (...call) => (await import('../volume-type-commands.ts')).volumeTypeList(...call),
  },
]
