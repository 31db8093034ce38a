import { onlyUserOf } from '../../parts/engine-kind.ts'
import { Notice } from '../../parts/notice.tsx'
import { Databases } from './databases.tsx'
import { type Instance, useDatabases, useUsers } from './instance-queries.ts'
import { Root } from './root.tsx'
import { Users } from './users.tsx'

/** The databases of an instance, its users, and root. */
export function ContentsView({ instance }: Readonly<{ instance: Instance }>) {
  if (instance.status !== 'ACTIVE')
    return (
      <Notice kind="info" title="Databases and users can be managed when the instance is ACTIVE.">
        <p>It is {instance.status}. This page shows them as soon as it is ACTIVE.</p>
      </Notice>
    )
  const { type } = instance.datastore
  const onlyUser = onlyUserOf(type)
  return (
    <>
      {onlyUser === undefined ? (
        <Contents instance={instance} />
      ) : (
        <section className="panel" aria-labelledby="databases">
          <h2 id="databases">Databases and users</h2>
          <p>
            {type} has no databases to add, and programs log in as the user {onlyUser}. Its password is made when you
            enable root.
          </p>
        </section>
      )}
      <Root id={instance.id} />
    </>
  )
}

function Contents({ instance }: Readonly<{ instance: Instance }>) {
  const databases = useDatabases(instance)
  const users = useUsers(instance)
  return (
    <>
      <Databases id={instance.id} databases={databases.data} error={databases.error} />
      <Users id={instance.id} users={users.data} databases={databases.data ?? []} error={users.error} />
    </>
  )
}
