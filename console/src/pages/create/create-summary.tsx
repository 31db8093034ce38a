import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type Answer, ApiError, trove } from '../../api/trove.ts'
import { ApiProblem } from '../../parts/api-problem.tsx'
import { BidiName } from '../../parts/bidi-name.tsx'
import { Notice } from '../../parts/notice.tsx'
import { useSettled } from '../../parts/use-settled.ts'
import { facts } from '../../place.ts'
import { sizeWords } from '../../sizes/size.ts'
import type { CreateRequest } from './create-request.ts'
import type { ToldRefusal } from './told-refusal.ts'

type Trial = Readonly<{ answer: Answer<'dryRunInstance'> | undefined; error: unknown; isRefused: boolean }>

/** Asks the API what it would answer to a request, while the user still changes it. */
export function useTrial(request: CreateRequest | undefined): Trial {
  const settled = useSettled(JSON.stringify(request))
  const { data, error } = useQuery({
    queryKey: ['dry run', settled],
    queryFn: () => trove.dryRunInstance({ body: JSON.parse(settled) as CreateRequest }),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
  })
  // A limit of requests says nothing about this one.
  const isRefused = error instanceof ApiError && error.status < 500 && error.retryAfterSeconds === undefined
  return { answer: error ? undefined : data, error, isRefused }
}

type Props = Readonly<{ trial: Trial; refusal: ToldRefusal | undefined; body: CreateRequest }>

/** What the API would answer to the request, before it is sent. */
export const CreateSummary = ({ trial: { answer, error, isRefused }, refusal, body }: Props) => (
  <section className="panel" aria-labelledby="summary">
    <h2 id="summary">{isRefused ? 'What would be created' : 'What will be created'}</h2>
    {isRefused && refusal ? (
      <Notice kind="problem" title="This request would be refused.">
        <p>{refusal.words}</p>
      </Notice>
    ) : (
      <ApiProblem error={error} title="The request could not be checked." />
    )}
    {answer ? <Admitted answer={answer} body={body} /> : null}
    {answer || error ? null : <p className="hint">Checking the request …</p>}
  </section>
)

type AdmittedProps = Readonly<{ answer: Answer<'dryRunInstance'>; body: CreateRequest }>

function Admitted({ answer: { instance, verdict }, body }: AdmittedProps) {
  const { databases = [], users = [], nics = [] } = body.instance
  const { name, flavor, volume, datastore } = instance
  const size = { vcpus: flavor.vcpus, ramMb: flavor.ram, diskGb: flavor.disk }
  return (
    <>
      <dl className="facts">
        <dt>Name</dt>
        <dd>
          <BidiName>{name}</BidiName>
        </dd>
        <dt>Datastore</dt>
        <dd>
          {datastore.type} {datastore.version}
        </dd>
        <dt>Size</dt>
        <dd>
          {flavor.name}: {sizeWords(size)}
        </dd>
        <dt>Volume</dt>
        <dd>
          {volume.size} GiB{volume.type ? `, ${volume.type}` : ''}
        </dd>
        <Names label="Databases" names={databases} />
        <Names label="Users" names={users} />
        <Names label="Network" names={nics.map(nic => ({ name: String(nic['net-id']) }))} />
        <dt>Quota</dt>
        <dd>
          {facts.isGate
            ? 'Checked by your cloud when the instance is created.'
            : 'What your project has left is enough.'}
        </dd>
      </dl>
      {verdict.message === null ? null : (
        <Notice kind="warning" title="This size is allowed with a warning.">
          <p>{verdict.message}</p>
        </Notice>
      )}
    </>
  )
}

type Named = Readonly<{ name: string }>

const Names = ({ label, names }: Readonly<{ label: string; names: readonly Named[] }>) =>
  names.length === 0 ? null : (
    <>
      <dt>{label}</dt>
      <dd>
        {names.map(({ name }, index) => (
          <span key={name}>
            {index === 0 ? '' : ', '}
            <BidiName>{name}</BidiName>
          </span>
        ))}
      </dd>
    </>
  )
