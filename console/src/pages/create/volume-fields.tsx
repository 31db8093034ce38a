import { useQuery } from '@tanstack/react-query'
import { trove } from '../../api/trove.ts'
import { Choice } from '../../parts/choice.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { facts } from '../../place.ts'
import { useQuota } from '../../quota/quota.ts'

type Volume = Readonly<{ volumeGb: string; volumeType: string | undefined }>

type Props = Volume &
  Readonly<{
    datastore: string
    version: string | undefined
    /** Why the API would refuse the size. */
    problem: string | undefined
    onChange: (changes: Partial<Volume>) => void
  }>

/** The size of the volume, and its type if there is a choice. */
export function VolumeFields({ datastore, version, volumeGb, volumeType, problem, onChange }: Props) {
  const volumesLeft = useQuota()?.words('volumes')
  const limits = `1 to ${facts.volumeGbMax} GiB`
  const { data: types = [] } = useQuery({
    queryKey: ['volume types', datastore, version],
    queryFn: async () => (await trove.listVersionVolumeTypes({ path: { datastore, version: version! } })).volume_types,
    enabled: version !== undefined,
  })
  return (
    <div className="row top-aligned">
      <TextInput
        label="Volume in GiB"
        inputMode="numeric"
        value={volumeGb}
        onChange={volumeGb => onChange({ volumeGb })}
        help={`Space for your data: ${limits}. It can be enlarged later.${volumesLeft ? ` Your quota leaves ${volumesLeft}.` : ''}`}
        problem={problem}
        isRequired
      />
      {types.length > 0 ? (
        <Choice
          label="Volume type"
          value={volumeType}
          onChange={volumeType => onChange({ volumeType })}
          placeholder="Default of the cloud"
          options={types.map(({ name, description }) => ({
            id: name,
            label: name,
            ...(description ? { detail: description } : {}),
          }))}
        />
      ) : null}
    </div>
  )
}
