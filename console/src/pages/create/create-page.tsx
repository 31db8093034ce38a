import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { facts } from '../../place.ts'
import { ContentsFields } from './contents-fields.tsx'
import { type CreateRequest, requestOf, type Typed } from './create-request.ts'
import { CreateSummary, useTrial } from './create-summary.tsx'
import { EngineChoice } from './engine-choice.tsx'
import { NetworkField } from './network-field.tsx'
import { type Datastore, inOfferedOrder } from './offered-order.ts'
import { QuotaLeft } from './quota-left.tsx'
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
      {data && data.length > 0 ? <CreateForm datastores={inOfferedOrder(data, facts.defaultDatastore)} /> : null}
    </>
  )
}

const nothingTyped: Typed = {
  name: '',
  volumeGb: '5',
  volumeType: undefined,
  databases: [],
  users: [],
  network: '',
}

function CreateForm({ datastores }: Readonly<{ datastores: readonly Datastore[] }>) {
  const [typed, setTyped] = useState<Typed>(nothingTyped)
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const { engine, version } = useEngine(datastores)
  const datastore = engine.name
  const sizes = useSizes(datastore, version)
  const { flavor = sizes.smallest } = page.useSearch()
  const navigate = useNavigate()
  const create = useChange(trove.createInstance, ({ instance: { id } }) =>
    navigate({ to: '/instances/$id', params: { id } }),
  )
  const body = requestOf({ ...typed, datastore, version, flavor })
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
        value={typed.name}
        onChange={name => change({ name })}
        help="You can rename it later."
        autoComplete="off"
        isRequired
      />
      <EngineChoice datastores={datastores} datastore={engine} version={version} />
      <QuotaLeft />
      <SizeChoice sizes={sizes} value={flavor} />
      <VolumeFields
        datastore={datastore}
        version={version}
        volumeGb={typed.volumeGb}
        volumeType={typed.volumeType}
        onChange={change}
      />
      <ContentsFields datastore={datastore} databases={typed.databases} users={typed.users} onChange={change} />
      {facts.isGate ? <NetworkField network={typed.network} onChange={change} /> : null}
      {body ? <CreateSummary trial={trial} body={body} /> : null}
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

/** The datastore and version in the URL; else those that are offered first. */
function useEngine(datastores: readonly Datastore[]) {
  const { datastore: chosen, version: chosenVersion } = page.useSearch()
  const engine = datastores.find(({ id, name }) => chosen === id || chosen === name) ?? datastores[0]!
  const version =
    engine.versions.find(({ id, name }) => chosenVersion === id || chosenVersion === name) ?? engine.versions[0]
  return { engine, version: version?.name }
}
