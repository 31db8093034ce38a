import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Form } from 'react-aria-components'
import { queries } from '../../api/queries.ts'
import { trove } from '../../api/trove.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { type CreateRequest, type Draft, requestOf } from './create-request.ts'
import { CreateSummary, useTrial } from './create-summary.tsx'
import { EngineChoice } from './engine-choice.tsx'
import { SizeChoice, useSizes } from './size-choice.tsx'
import { VolumeFields } from './volume-fields.tsx'

const page = getRouteApi('/create')

/** Creates an instance: the engine, a size that fits, a volume; then what the API would do, before it does it. */
export function CreatePage() {
  const { data, error } = useQuery({
    queryKey: ['datastores'],
    queryFn: async () => (await trove.listDatastores({})).datastores,
  })
  return (
    <>
      <PageHeading about="Choose a database engine and a size. Nothing is created before you press the button at the end.">
        Create a database
      </PageHeading>
      <ApiProblem error={error} title="The datastores cannot be shown." />
      {data === undefined && !error ? <Loading what="datastores" /> : null}
      {data?.length === 0 ? (
        <EmptyState title="No datastores yet">
          <p>Your cloud operator has not added a database engine. Contact them.</p>
        </EmptyState>
      ) : null}
      {data && data.length > 0 ? <CreateForm datastores={data} /> : null}
    </>
  )
}

type Datastores = Parameters<typeof EngineChoice>[0]['datastores']

function CreateForm({ datastores }: Readonly<{ datastores: Datastores }>) {
  const [typed, setTyped] = useState({ name: '', volumeGb: '5', volumeType: undefined as string | undefined })
  const { datastore, version } = useEngine(datastores)
  const sizes = useSizes(datastore, version)
  const { flavor = sizes.smallest } = page.useSearch()
  const { name, volumeGb, volumeType } = typed
  const draft: Draft = useMemo(
    () => ({ name, volumeGb, volumeType, datastore, version, flavor }),
    [name, volumeGb, volumeType, datastore, version, flavor],
  )
  const navigate = useNavigate()
  const create = useMutation({
    mutationFn: trove.createInstance,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['instances'] })
      await navigate({ to: '/instances', search: { search: name } })
    },
  })
  const body = requestOf(draft)
  const trial = useTrial(body)
  return (
    <Form
      className="stack form-page"
      onSubmit={event => {
        event.preventDefault()
        if (body) create.mutate({ body })
      }}
    >
      <TextInput
        label="Name of the instance"
        value={name}
        onChange={name => setTyped({ ...typed, name })}
        autoComplete="off"
        isRequired
      />
      <EngineChoice datastores={datastores} datastore={datastore} version={version} />
      <SizeChoice sizes={sizes} value={flavor} />
      <VolumeFields
        datastore={datastore}
        version={version}
        volumeGb={volumeGb}
        volumeType={volumeType}
        onChange={changes => setTyped({ ...typed, ...changes })}
      />
      {body ? <CreateSummary trial={trial} /> : null}
      <ApiProblem error={create.error} title="The instance was not created." />
      <ActionButton
        type="submit"
        look="primary"
        busy={create.isPending && 'Creating …'}
        disabledReason={reasonToWait(body, trial.isRefused)}
      >
        Create the instance
      </ActionButton>
    </Form>
  )
}

function reasonToWait(body: CreateRequest | undefined, isRefused: boolean): string | undefined {
  if (!body) return 'Enter a name, and choose an engine, a size and a volume.'
  return isRefused ? 'The API would refuse this request: see above.' : undefined
}

/** The datastore and version in the URL; else the first datastore, and its default or newest version. */
function useEngine(datastores: Datastores) {
  const { datastore: chosen, version: chosenVersion } = page.useSearch()
  const datastore = datastores.find(({ id, name }) => chosen === id || chosen === name) ?? datastores[0]!
  const { versions, default_version: byDefault } = datastore
  const version =
    versions.find(({ id, name }) => chosenVersion === id || chosenVersion === name) ??
    versions.find(({ id }) => id === byDefault) ??
    versions[0]
  return { datastore: datastore.name, version: version?.name }
}
