import { CopyText } from '../../parts/copy-text.tsx'
import { Moment } from '../../parts/moment.tsx'
import { sizeWords } from '../../sizes/size.ts'
import { Breaches } from './breaches.tsx'
import { Connect } from './connect.tsx'
import { type Instance, useTargets } from './instance-queries.ts'

/** How to connect to an instance, what it is, and what it breaks. */
export function Overview({ instance }: Readonly<{ instance: Instance }>) {
  const { id, datastore, flavor, volume, created, region } = instance
  const { data: targets, error } = useTargets(instance)
  const current = targets?.find(({ isCurrent }) => isCurrent)
  return (
    <>
      <Breaches instance={instance} current={current} error={error} />
      <Connect instance={instance} />
      <section className="panel" aria-labelledby="facts">
        <h2 id="facts">About this instance</h2>
        <dl className="facts">
          <dt>Id</dt>
          <dd>
            <CopyText name="id" text={id} />
          </dd>
          <dt>Datastore</dt>
          <dd>
            {datastore.type ?? 'unknown'} {datastore.version}
          </dd>
          <dt>Size</dt>
          <dd>{current ? `${current.name}: ${sizeWords(current)}` : flavor.id}</dd>
          <dt>Volume</dt>
          <dd>{volume ? <VolumeWords volume={volume} /> : 'none'}</dd>
          {region ? (
            <>
              <dt>Region</dt>
              <dd>{region}</dd>
            </>
          ) : null}
          <dt>Created</dt>
          <dd>
            <Moment at={created} />
          </dd>
        </dl>
      </section>
    </>
  )
}

const VolumeWords = ({ volume }: Readonly<{ volume: NonNullable<Instance['volume']> }>) => (
  <>
    {volume.size} GiB{volume.type ? `, ${volume.type}` : ''}
    {volume.used === undefined ? null : (
      <>
        ; {volume.used} GiB used
        {volume.used_at === undefined ? null : (
          <>
            {' '}
            at <Moment at={volume.used_at} />
          </>
        )}
      </>
    )}
  </>
)
