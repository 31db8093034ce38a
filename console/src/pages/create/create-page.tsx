import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { keepNewLogins } from '../../api/new-logins.ts'
import { trove } from '../../api/trove.ts'
import { useChange } from '../../api/use-change.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { hasDatabases } from '../../parts/engine-kind.ts'
import { LeaveGuard } from '../../parts/leave-guard.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { TextInput } from '../../parts/text-input.tsx'
import { facts } from '../../place.ts'
import { useQuota } from '../../quota/quota.ts'
import { QuotaLeft } from '../../quota/quota-left.tsx'
import { ContentsFields } from './contents-fields.tsx'
import { missingIn, newLoginsOf, requestOf, type Typed } from './create-request.ts'
import { CreateSummary, useTrial } from './create-summary.tsx'
import { EngineChoice } from './engine-choice.tsx'
import { NetworkField } from './network-field.tsx'
import { type Datastore, inOfferedOrder } from './offered-order.ts'
import { SizeChoice, useSizes } from './size-choice.tsx'
import { toldRefusal } from './told-refusal.ts'
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
      <PageHeading about="Choose a datastore and a size. Nothing is created before you press the button at the end.">
        Create an instance
      </PageHeading>
      <ApiProblem error={error} title="The datastores cannot be shown." />
      {data === undefined && !error ? <Loading what="datastores" /> : null}
      {data?.length === 0 ? (
        <EmptyState title="No datastores yet">
          <p>Your cloud operator has not added a datastore. Contact them.</p>
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

/** Whether something is entered that the URL does not keep. */
const isFilled = ({ name, network, databases, users }: Typed) =>
  name !== '' || network !== '' || databases.length > 0 || users.length > 0

function CreateForm({ datastores }: Readonly<{ datastores: readonly Datastore[] }>) {
  const [typed, setTyped] = useState<Typed>(nothingTyped)
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part })
  const { engine, version, hasContents } = useEngine(datastores)
  const datastore = engine.name
  const sizes = useSizes(datastore, version)
  const { flavor = sizes.smallest } = page.useSearch()
  const navigate = useNavigate()
  const create = useChange(trove.createInstance, ({ instance: { id } }, { body: { instance } }) => {
    keepNewLogins(newLoginsOf(id, instance))
    return navigate({ to: '/instances/$id', params: { id }, ignoreBlocker: true })
  })
  // Rows that were added for another engine are not for this one.
  const contents = hasContents ? {} : { databases: [], users: [] }
  const draft = { ...typed, ...contents, datastore, version, flavor }
  const body = requestOf(draft)
  const trial = useTrial(body)
  const refusal = toldRefusal(trial.error, useQuota())
  const problemOf = (field: string) => (body && refusal?.field === field ? refusal.words : undefined)
  return (
    <Form
      className="stack form-page"
      // Enter in a field does nothing: only the button creates.
      onSubmit={event => event.preventDefault()}
    >
      <LeaveGuard isOn={isFilled(typed)} title="Leave without creating?">
        <p>What you have entered is lost, with the passwords.</p>
      </LeaveGuard>
      <TextInput
        label="Name of the instance"
        value={typed.name}
        onChange={name => change({ name })}
        help="You can rename it later."
        problem={problemOf('Name of the instance')}
        autoComplete="off"
        isRequired
      />
      <EngineChoice datastores={datastores} datastore={engine} version={version} />
      <QuotaLeft resources={['instances', 'ram']} />
      <SizeChoice sizes={sizes} version={`${datastore} ${version ?? ''}`} value={flavor} />
      <VolumeFields
        datastore={datastore}
        version={version}
        volumeGb={typed.volumeGb}
        volumeType={typed.volumeType}
        problem={problemOf('Volume in GiB')}
        onChange={change}
      />
      <ContentsFields
        datastore={datastore}
        canHave={hasContents}
        databases={typed.databases}
        users={typed.users}
        onChange={change}
        problemOf={problemOf}
      />
      {facts.isGate ? <NetworkField network={typed.network} onChange={change} /> : null}
      {body ? <CreateSummary trial={trial} refusal={refusal} body={body} /> : null}
      <ApiProblem error={create.error} title="The instance was not created." />
      <ActionButton
        look="primary"
        onPress={() => body && create.mutate({ body })}
        busy={create.isPending && 'Creating …'}
        disabledReason={missingIn(draft) ?? (trial.isRefused ? 'This request would be refused: see above.' : undefined)}
      >
        Create the instance
      </ActionButton>
    </Form>
  )
}

/** The datastore and version in the URL; else those that are offered first. */
function useEngine(datastores: readonly Datastore[]) {
  const { datastore: chosen, version: chosenVersion } = page.useSearch()
  const engine = datastores.find(({ id, name }) => chosen === id || chosen === name) ?? datastores[0]!
  const version =
    engine.versions.find(({ id, name }) => chosenVersion === id || chosenVersion === name) ?? engine.versions[0]
  const hasContents = hasDatabases({ type: engine.name, has_databases: version?.has_databases })
  return { engine, version: version?.name, hasContents }
}
