import { useQuery } from '@tanstack/react-query'
import { trove } from '../../api/trove.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Loading } from '../../parts/loading.tsx'
import { volumeTypeChanges } from './change.ts'
import { ChangeButton, DraftButton } from './change-button.tsx'

type Props = Readonly<{
  versionId: string
  onSaved: (title: string) => void
}>

/** The volume types on the list of a version. */
export function VolumeTypes({ versionId, onSaved }: Props) {
  const changes = volumeTypeChanges(versionId)
  const { data, error } = useQuery({
    queryKey: ['volume types of', versionId],
    queryFn: () => trove.listVolumeTypeAssociations({ path: { id: versionId } }),
  })
  if (!data) return error ? <ApiProblem error={error} /> : <Loading what="volume types" />
  return (
    <>
      <p>
        {data.restricted
          ? 'Only these volume types are allowed, and a request must name one.'
          : 'Every volume type is allowed. With the first one on the list, others are refused.'}
      </p>
      {data.volume_types.length > 0 ? (
        <ul className="stack tight">
          {data.volume_types.map(({ id, name, exists }) => (
            <li key={id} className="row">
              <bdi>{name ?? id}</bdi>
              {exists ? null : '– no longer exists'}
              <ChangeButton
                label="Remove"
                look="quiet"
                name={`Remove the volume type ${name ?? id}`}
                title={`Remove the volume type ${name ?? id}`}
                change={changes.removeVolumeType(id)}
                onSaved={onSaved}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <AddVolumeType listed={data.volume_types.map(({ id }) => id)} versionId={versionId} onSaved={onSaved} />
    </>
  )
}

type AddProps = Props & Readonly<{ listed: readonly string[] }>

function AddVolumeType({ versionId, listed, onSaved }: AddProps) {
  const { data } = useQuery({ queryKey: ['volume types'], queryFn: () => trove.listVolumeTypes({}) })
  const others = (data?.volume_types ?? []).filter(({ id, name }) => !listed.includes(id) && !listed.includes(name))
  return (
    <div>
      <DraftButton<string | undefined>
        label="Add a volume type"
        title="Add a volume type to the list"
        initial={undefined}
        changeOf={type => (type === undefined ? undefined : volumeTypeChanges(versionId).addVolumeType(type))}
        onSaved={onSaved}
        fields={(type, setType) => (
          <Choice
            label="Volume type"
            placeholder="Choose a volume type"
            options={others.map(({ id, name, description }) => ({
              ...{ id, label: name },
              ...(description ? { detail: description } : {}),
            }))}
            value={type}
            onChange={setType}
          />
        )}
      />
    </div>
  )
}
