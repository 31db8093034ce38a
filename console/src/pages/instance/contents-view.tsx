import { hasDatabases } from '../../parts/engine-kind.ts'
import { Notice } from '../../parts/notice.tsx'
import { Databases } from './databases.tsx'
import { type Instance, useDatabases, useUsers } from './instance-queries.ts'
import { Root } from './root.tsx'
import { Users } from './users.tsx'

/** The databases of an instance, its users, and root. */
export function ContentsView({ instance }: Readonly<{ instance: Instance }>) {
  const databases = useDatabases(instance)
  const users = useUsers(instance)
  if (instance.status !== 'ACTIVE')
    return (
      <Notice kind="info" title="This can be managed when the instance is ACTIVE.">
        <p>It is {instance.status}. This page changes as soon as it is ACTIVE.</p>
      </Notice>
    )
  if (!hasDatabases(instance.datastore)) return <Root instance={instance} />
  return (
    <>
      <Databases id={instance.id} databases={databases.data} error={databases.error} />
      <Users id={instance.id} users={users.data} databases={databases.data ?? []} error={users.error} />
      <Root instance={instance} />
    </>
  )
}
