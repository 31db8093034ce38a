import { refusals } from '../../model/refused.ts'

export const volumeTypeRefusal = refusals({
  volume_type_already_associated: {
    status: 409,
    words: (f: { volumeType: string; versionId: string; stored: string }) =>
      `Datastore version ${f.versionId} and volume-type ${f.volumeType} mapping already exists${
        f.stored === f.volumeType
          ? ''
          : ` as '${f.stored}', which databases that fold case, accents and trailing spaces hold to be the same`
      }.`,
    hint: () => 'Nothing was changed. `trove-manage datastore_version_volume_type_list` shows what is associated.',
  },
  volume_type_not_associated: {
    status: 404,
    words: (f: { volumeType: string; versionId: string }) =>
      `The volume type ${f.volumeType} is not valid for datastore version ${f.versionId}.`,
    hint: f =>
      f.volumeType.includes(',')
        ? 'Give one volume type at a time.'
        : 'It is not associated. `trove-manage datastore_version_volume_type_list` shows what is.',
  },
  volume_type_unusable: {
    status: 400,
    words: (f: { volumeType: string; problem: string }) => `The volume type '${f.volumeType}' ${f.problem}.`,
  },
  no_volume_types: {
    status: 400,
    words: (_: Record<string, never>) => 'No volume type was given.',
    hint: () => 'Give one or more, by name or id, separated by commas: fast,slow.',
  },
})
